/** How the rounds of a room go on: each function returns what changes in the state, and null if nothing does. */
import type { Phase } from '../figures/room-news.ts';
import type { RoomState, Round } from './model.ts';

/** What a round is about: the question, and the program that comes with it. */
export type RoundSubject = Pick<Round, 'lesson' | 'own'> & Pick<RoomState, 'program'>;

/** Begins a round if there are `after` rounds so far. A round that is under way is over. */
export function beginRound(
  { rounds, latestProgram: known }: RoomState,
  after: number,
  { lesson, own, program }: RoundSubject,
): Partial<RoomState> | null {
  if (rounds.length !== after) return null;
  const before = rounds.map((round) => ({ ...round, phase: 'over' as const }));
  const about = program === null ? lesson : '';
  const round = { number: before.length + 1, lesson: about, phase: 'vote' as const, own };
  const latestProgram = Math.max(known, program?.number ?? 0);
  return { lesson, program, latestProgram, spotlight: null, rounds: [...before, round] };
}

/** Goes on to a phase of the latest round if that is in phase `from`. */
export function goOn({ rounds }: RoomState, from: Phase, to: Phase): Partial<RoomState> | null {
  const round = rounds.at(-1);
  return round?.phase === from ? { rounds: [...rounds.slice(0, -1), { ...round, phase: to }] } : null;
}
