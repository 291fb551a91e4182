/** Passes that were held up from outside: figures and words say so, and compare nothing with them. */
import { describe, expect, it } from 'vitest';
import { bothWentAlike } from '../../server/figures/comparison.ts';
import { resultOf } from '../../server/figures/result.ts';
import { isHeldUp, summarize } from '../../server/figures/summary.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Pauses } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import { passTime } from '../../server/words/progress.ts';
import { sentence } from '../../server/words/sentence.ts';
import { passSpoken } from '../../server/words/spoken.ts';
import { problems } from '../../views/run/problems.ts';
import { summaryRows } from '../../views/run/table.ts';
import { atOnce, oneByOne, run, timelineOf } from '../timeline/made-events.ts';

/** A run one by one and in `mode`, of which the second pass was held up. */
function heldUp(mode: Mode, paused: Pauses): RunEvent[] {
  return run([oneByOne('sleep'), { mode, jobs: atOnce(5, 1000, 'sleep') }]).map((event) =>
    event.type === 'pass-ended' && event.pass === 1 ? { ...event, paused } : event,
  );
}

describe('a pass that was held up', () => {
  it('says so wherever its time is', () => {
    const timeline = timelineOf(heldUp('processes', { server: 20_000 }));
    const [, pass] = timeline.passes;
    const [, summary] = summarize(timeline);
    expect(summary).toMatchObject({ paused: { server: 20_000 }, speedUp: null });
    const held = 'the server was frozen for 20.0 s';
    expect(sentence(timeline)).toMatch(new RegExp(`While this ran in processes, ${held}\\.$`));
    expect(problems(timeline)).toEqual([`In processes: ${held}; anything that waited for it took longer.`]);
    expect(passTime(pass!)).toBe(`1.0 s, while ${held}`);
    expect(passSpoken(summary!)).toContain(`T${held.slice(1)}.`);
    expect(bothWentAlike(summary!, summary!)).toBe(false);
    // In the table's narrow column, more words would cover the next one's figures.
    const rows = String(summaryRows(['sequential', 'processes'], timeline));
    expect(rows).toContain(`>1.0 s <small title="T${held.slice(1)}">held up</small><`);
    const lines = heldUp('processes', { server: 20_000 }).map((event) => JSON.stringify(event));
    expect(resultOf(lines).passes.map((one) => one.isHeldUp)).toEqual([undefined, true]);
  });

  it.each<[Mode, Pauses, boolean]>([
    ['processes', { server: 20_000 }, true],
    // Threads go by their own clock while the server stands still.
    ['threads', { server: 20_000 }, false],
    ['threads', { machine: 20_000 }, true],
    ['threads', { program: 500 }, true],
    // Too short to change a figure.
    ['threads', { program: 40 }, false],
  ])('%s, %j: whether its time counts', (mode, paused, expected) => {
    const timeline = timelineOf(heldUp(mode, paused));
    const [, summary] = summarize(timeline);
    expect(isHeldUp(mode, summary!)).toBe(expected);
    expect(summary!.speedUp === null).toBe(expected);
  });

  it('one that shared cores says so wherever its time is, and is compared with nothing', () => {
    const timeline = timelineOf(heldUp('threads', { sharedWith: 3 }));
    const [, summary] = summarize(timeline);
    expect(summary).toMatchObject({ paused: { sharedWith: 3 }, speedUp: null });
    const shared = 'the program shared the cores with 3 other runs';
    expect(sentence(timeline)).toMatch(new RegExp(`While this ran in threads, ${shared}\\.$`));
    expect(problems(timeline)).toEqual([`In threads: ${shared}; alone, it might have been faster.`]);
    const rows = String(summaryRows(['sequential', 'threads'], timeline));
    expect(rows).toContain(`<small title="T${shared.slice(1)}">shared cores</small>`);
  });

  it('an old log, which does not say so, is read as before', () => {
    const timeline = timelineOf(run([oneByOne('sleep')]));
    expect(timeline.passes[0]?.ended).not.toHaveProperty('paused');
    expect(sentence(timeline)).not.toContain('While');
  });
});
