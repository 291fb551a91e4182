/** Modes, figures and lists of jobs in words, for sentences and labels. */
import { MODE_TRAITS, type Mode } from '../spec/modes.ts';
import type { PassTimeline } from '../timeline/model.ts';
import { count, factorText } from './units.ts';

/** A mode's name: `threads`. */
export function modeName(mode: Mode): string {
  return MODE_TRAITS[mode].name;
}

/** A mode as the subject of a sentence, or what something is compared with: `the event loop`, `threads`. */
export function asNoun(mode: Mode): string {
  return MODE_TRAITS[mode].noun;
}

/** How jobs of a mode run: `one by one`, `on the event loop`, `in threads`. */
export function inMode(mode: Mode): string {
  return MODE_TRAITS[mode].where;
}

/** How the jobs of a pass ran: as {@link inMode}, but a script's as it started them: `in processes and threads`. */
export function inPass(pass: Pick<PassTimeline, 'mode' | 'rows'>): string {
  return startedKinds(pass)?.where ?? inMode(pass.mode);
}

/** As {@link asNoun}, but of a script's pass what it started: `processes and threads`. */
export function passNoun(pass: Pick<PassTimeline, 'mode' | 'rows'>): string {
  return startedKinds(pass)?.noun ?? asNoun(pass.mode);
}

/** What a script that can start processes has started, if not only those. */
function startedKinds({ mode, rows }: Pick<PassTimeline, 'mode' | 'rows'>) {
  if (MODE_TRAITS[mode].lane !== 'process' || !rows.some(({ kind }) => kind === 'thread')) return null;
  if (!rows.some(({ kind }) => kind === 'process')) return MODE_TRAITS.threads;
  return { noun: 'processes and threads', where: 'in processes and threads' };
}

/** `text` as the start of a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `text`, whose first word is no name, as what follows a colon in a sentence. */
export function uncapital(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** `1 job`, `3 jobs`, `no jobs`. */
export function counted(n: number, noun: string): string {
  return n === 0 ? `no ${noun}s` : count(n, noun);
}

const SMALL = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
];

/** A whole number, spelled out below twelve, as at the start of a sentence. */
export function spelled(count: number): string {
  return SMALL[count] ?? String(count);
}

const ORDINALS = new Intl.PluralRules('en', { type: 'ordinal' });
const ENDINGS = { zero: 'th', one: 'st', two: 'nd', few: 'rd', many: 'th', other: 'th' };

/** `1st`, `2nd`, `3rd`, `11th`. */
export function ordinal(place: number): string {
  return `${place}${ENDINGS[ORDINALS.select(place)]}`;
}

/** `25.2 s`; below a tenth of a second `43 ms`. */
export function inSeconds(ms: number): string {
  return ms < 100 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** The range of at least one time: `2.4 to 2.6 s`; `2.4 s` if both ends read the same. */
export function secondsOf(times: readonly number[]): string {
  const [least, most] = [Math.min(...times), Math.max(...times)].map(inSeconds);
  if (least === most) return least ?? '';
  const [unit] = /[a-z]+$/.exec(most ?? '') ?? [];
  return `${least?.replace(` ${unit}`, '')} to ${most}`;
}

/** The range of at least one factor: `2.9 to 3.0 times`; `3.0 times` if both ends read the same. */
export function timesOf(factors: readonly number[]): string {
  const [least, most] = [Math.min(...factors), Math.max(...factors)].map(factorText);
  return least === most ? `${most} times` : `${least} to ${most} times`;
}

/** British lists have no comma before the `and`. */
const LISTS = {
  and: new Intl.ListFormat('en-GB'),
  or: new Intl.ListFormat('en-GB', { type: 'disjunction' }),
} as const;

/** `threads`, `threads and processes`, `the event loop, threads and processes`. */
export function listed(words: string[], last: keyof typeof LISTS = 'and'): string {
  return LISTS[last].format(words);
}

/** A job, or main (`job` null): `job 3`, `main`. */
export function jobOrMain({ job }: { job: number | null }): string {
  return job === null ? 'main' : `job ${job}`;
}

/** `job 2`, `jobs 1 and 2`; from four on only how many: `7 jobs`. */
export function namedJobs(jobs: number[]): string {
  if (jobs.length > 3) return counted(jobs.length, 'job');
  return `${jobs.length === 1 ? 'job' : 'jobs'} ${listed(jobs.toSorted((a, b) => a - b).map(String))}`;
}
