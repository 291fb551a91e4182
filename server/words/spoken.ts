/** Announcements for screen readers while a run is under way. Pure. */
import type { PassSummary } from '../figures/summary.ts';
import { asNoun, capital, counted, inSeconds } from './english.ts';
import { STATUS_WORDS } from './names.ts';
import { pauseWords } from './pause-words.ts';
import { factorText } from './units.ts';

/** `Threads took 9.2 s, 2.7 times as fast as one by one. 5 jobs done.` `noun`: what ran. */
export function passSpoken(summary: PassSummary, noun = asNoun(summary.mode)): string {
  const { status, wallMs, speedUp, done, failed, cutOff, neverBegan, unknown, cutMs, paused } = summary;
  const name = capital(noun);
  const took =
    status === 'completed' || status === null
      ? `${name} took ${inSeconds(wallMs ?? 0)}`
      : `${name}: ${STATUS_WORDS[status]} after ${inSeconds(wallMs ?? 0)}`;
  const than = speedUp?.against === 'sequential' ? 'one by one' : 'its jobs one after another';
  const faster = speedUp === null ? '' : `, ${timesAs(speedUp.factor)} as ${than}`;
  const rest = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(cutOff > 0 ? [`${cutOff} cut off`] : []),
    ...(neverBegan > 0 ? [`${neverBegan} never began`] : []),
    ...(unknown > 0 ? [`${unknown} unknown`] : []),
  ].map((words) => `, ${words}`);
  const until = cutMs === null ? '' : ` Its log was cut at ${inSeconds(cutMs)}.`;
  const held = paused ? ` ${capital(pauseWords(paused))}.` : '';
  return `${took}${faster}. ${capital(counted(done, 'job'))} done${rest.join('')}.${until}${held}`;
}

/** `2.7 times as fast`, or `28 times as long`. */
function timesAs(factor: number): string {
  return factor < 0.95 && factor > 0
    ? `${factorText(1 / factor)} times as long`
    : `${factorText(factor)} times as fast`;
}
