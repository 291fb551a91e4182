/** Words for a pass that was held up from outside. Pure. */
import type { Pauses } from '../protocol/facts.ts';
import type { PassTimeline } from '../timeline/model.ts';
import { capital, counted, inMode, inSeconds, listed } from './english.ts';

/** What was held up, and how long: `the server was frozen for 20.0 s`. */
export function pauseWords({ server, machine, program, sharedWith }: Pauses): string {
  const asleep = 'the machine was asleep, or its clock was changed, for';
  return listed([
    ...(server === undefined ? [] : [`the server was frozen for ${inSeconds(server)}`]),
    ...(machine === undefined ? [] : [`${asleep} ${inSeconds(machine)}`]),
    ...(program === undefined ? [] : [`a process of the program was stopped for ${inSeconds(program)}`]),
    ...(sharedWith === undefined
      ? []
      : [`the program shared the cores with ${counted(sharedWith, 'other run')}`]),
  ]);
}

/** What that means for the times of the pass. */
export function pauseEffect({ server, machine, program }: Pauses): string {
  const isPaused = (server ?? machine ?? program) !== undefined;
  return isPaused ? 'anything that waited for it took longer' : 'alone, it might have been faster';
}

/** `While this ran in threads, the server was frozen for 20.0 s.` Returns null if no pass was held up. */
export function pausesSentence(passes: readonly PassTimeline[]): string | null {
  const held = passes.flatMap(({ mode, ended }) =>
    ended?.paused ? [`while this ran ${inMode(mode)}, ${pauseWords(ended.paused)}`] : [],
  );
  return held.length === 0 ? null : `${capital(held.join('; '))}.`;
}
