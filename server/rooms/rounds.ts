/** How the rounds of a room go on: each function returns what changes in the state, and null if nothing does. */
import type { Phase } from '../figures/room-news.ts';
import type { RoomState, Round } from './model.ts';

/** What a round is about: the question, and the program that comes with it. */
type RoundSubject = Pick<Round, 'lesson' | 'own'> & Pick<RoomState, 'program'>;

/** Begins a round at `nowMs`, if there are `after` rounds so far. A round that is under way is over. */
export function beginRound(
  { rounds, latestProgram: known }: RoomState,
  after: number,
  { lesson, own, program }: RoundSubject,
  nowMs: number,
): Partial<RoomState> | null {
  if (rounds.length !== after) return null;
  const before = rounds.map((round) => ({ ...round, phase: 'over' as const }));
  const about = program === null ? lesson : '';
  const round = { number: before.length + 1, lesson: about, phase: 'vote' as const, phaseAt: nowMs, own };
  const latestProgram = Math.max(known, program?.number ?? 0);
  return { lesson, program, latestProgram, spotlight: null, rounds: [...before, round] };
}

/** Goes on to a phase of the latest round at `nowMs`, if that is in phase `from`. */
export function goOn(
  { rounds }: RoomState,
  from: Phase,
  to: Phase,
  nowMs: number,
): Partial<RoomState> | null {
  const round = rounds.at(-1);
  if (round?.phase !== from) return null;
  return { rounds: [...rounds.slice(0, -1), { ...round, phase: to, phaseAt: nowMs }] };
}
