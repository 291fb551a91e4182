/** The orders of the wall: who is stuck is first. */
import { describe, expect, it } from 'vitest';
import type { WallMember } from '../../server/figures/room-news.ts';
import type { Tile } from '../../server/figures/tile.ts';
import { quietMs, type ShownRun, sorted } from '../../server/figures/wall-order.ts';

const NOW = 1_000_000_000;
const MINUTE = 60_000;

const member = (number: number, name: string, more: Partial<WallMember> = {}): WallMember => ({
  ...{ number, name, joinedAt: NOW - MINUTE, handAt: null, run: null, isInSpotlight: false },
  ...more,
});
const ran = (minutes: number, more: Partial<ShownRun> & { tile?: Partial<Tile> } = {}): ShownRun => ({
  ranAt: NOW - minutes * MINUTE,
  sameError: more.sameError ?? 0,
  tile: { state: 'ended', position: null, status: 'completed', passes: [], ...more.tile },
});
const FAILED = { status: 'failed' } as const;

describe('sorted', () => {
  it('sorted: who is stuck: asks for help, longest first, the same error again, failed, quiet for long, no run yet, others', () => {
    const members = [
      member(1, 'Busy'),
      member(2, 'Quiet'),
      member(3, 'Quieter'),
      member(4, 'Once'),
      member(5, 'Twice'),
      member(6, 'Thrice'),
      member(7, 'Hand', { handAt: NOW - 2000 }),
      member(10, 'First hand', { handAt: NOW - 3000 }),
      member(8, 'New'),
      member(9, 'Fine'),
    ];
    const shown = new Map([
      [1, ran(60, { tile: { state: 'running', status: null } as Tile })],
      [2, ran(6)],
      [3, ran(20)],
      [4, ran(1, { sameError: 1, tile: FAILED as Tile })],
      [5, ran(1, { sameError: 2, tile: FAILED as Tile })],
      [6, ran(1, { sameError: 3, tile: FAILED as Tile })],
      [7, ran(1)],
      [9, ran(4)],
    ]);
    expect(sorted(members, shown, 'stuck', NOW, null).map(({ name }) => name)).toEqual([
      ...['First hand', 'Hand', 'Thrice', 'Twice', 'Once', 'Quieter', 'Quiet', 'New', 'Busy', 'Fine'],
    ]);
    expect(sorted(members, shown, 'name', NOW, null).map(({ name }) => name)[0]).toBe('Busy');
  });

  it('quietMs: since the latest run, or else since they entered; not while something runs', () => {
    expect(quietMs(member(1, 'a'), undefined, NOW, null)).toBe(MINUTE);
    expect(quietMs(member(1, 'a'), ran(7), NOW, null)).toBe(7 * MINUTE);
    expect(quietMs(member(1, 'a'), ran(7, { tile: { state: 'queued' } as Tile }), NOW, null)).toBe(0);
    // The class votes, and then has some time to run.
    expect(quietMs(member(1, 'a'), ran(7), NOW, { phase: 'talk', phaseAt: NOW - 9 * MINUTE })).toBe(0);
    expect(quietMs(member(1, 'a'), ran(7), NOW, { phase: 'run', phaseAt: NOW - MINUTE })).toBe(MINUTE);
    expect(quietMs(member(1, 'a'), ran(7), NOW, { phase: 'over', phaseAt: NOW - 9 * MINUTE })).toBe(
      7 * MINUTE,
    );
    // The clock was set back.
    expect(quietMs(member(1, 'a'), ran(-3), NOW, null)).toBe(0);
  });
});
