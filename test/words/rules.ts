/**
 * What no sentence above a run may do, whatever the program: name a job, a lock or a mode that is not in the log, a
 * figure that cannot be computed from it, or a speed-up over other work.
 */
import type { RunEvent } from '../../server/protocol/events.ts';
import { MODE_TRAITS, MODES, type Mode } from '../../server/spec/modes.ts';
import { unknownFigures } from './figure-rules.ts';
import { type Of, type Pass, passesOf } from './read-log.ts';

/**
 * Returns what is wrong with `sentence` about a run, in words; nothing if it is within the rules. `ownFigures`: it is a
 * lesson's, which may have figures that only this lesson has (test/lessons/claims checks those).
 */
export function violations(sentence: string, events: RunEvent[], ownFigures = false): string[] {
  const passes = passesOf(events);
  const text = withoutQuotes(sentence, events);
  return [
    ...unknownNames(text, events, passes),
    ...unfairSpeedUps(text, passes),
    ...unknownCauses(text, passes),
    ...(ownFigures ? [] : unknownFigures(text, passes)),
    ...badWords(sentence),
  ];
}

/** Leaves out what programs and errors say themselves: it is quoted, whatever it is. */
function withoutQuotes(sentence: string, events: RunEvent[]): string {
  const said = events.flatMap((event) => ('error' in event && event.error ? [event.error] : []));
  let text = sentence.replace(/“[^”]*”/g, '“”');
  for (const error of said.sort((a, b) => b.length - a.length)) {
    // Sentences take the first line, shortened, without what ends it.
    const line = error
      .split('\n', 1)[0]!
      .slice(0, 139)
      .replace(/[.!\s]+$/, '');
    const why = line.replace(/^Nothing can continue: /, '');
    const words = line.replace(/[\s,;:]+\S{0,40}$/, '');
    text = text
      .replaceAll(`${words}…`, '“”')
      .replaceAll(`${words.replace(/^Nothing can continue: /, '')}…`, '“”');
    for (const one of [line, line.charAt(0).toUpperCase() + line.slice(1), why])
      text = text.replaceAll(one, '“”');
  }
  return text;
}

/** Modes by the words that sentences use for them. */
const MODE_WORDS: [Mode, RegExp][] = MODES.map((mode) => {
  const { name, noun, where } = MODE_TRAITS[mode];
  return [mode, new RegExp(`\\b(${[name, noun, where].join('|')})\\b`, 'i')];
});

function modesIn(text: string): Mode[] {
  return MODE_WORDS.filter(([, words]) => words.test(text)).map(([mode]) => mode);
}

/** Jobs, locks, semaphores, conditions and modes that the log does not have. */
function unknownNames(text: string, events: RunEvent[], passes: Pass[]): string[] {
  const jobs = new Set(
    events.flatMap((event) => ('job' in event && typeof event.job === 'number' ? [event.job] : [])),
  );
  const named = [...text.matchAll(/\bjobs? ((?:\d+(?:, | and | to )?)+)/gi)].flatMap(([, list = '']) =>
    [...list.matchAll(/\d+/g)].map(Number),
  );
  const waited = new Set(passes.flatMap(({ waits }) => waits.map(({ on }) => on)));
  const things = [...text.matchAll(/\b(lock|semaphore|condition) (\S+?)(?=[,;:.]? |[,;:.]?$)/g)].map(
    ([, , name = '']) => name,
  );
  const known = (name: string) =>
    waited.has(name) || /^(and|is|was|at|in|for|between|that|once|alone|while|it|until|too|of)$/.test(name);
  return [
    ...named.filter((job) => !jobs.has(job)).map((job) => `there is no job ${job}`),
    ...things.filter((name) => !known(name)).map((name) => `nothing waited for ${name}`),
    ...modesIn(text)
      .filter((mode) => !passes.some((pass) => pass.mode === mode))
      .map((mode) => `there is no pass in ${mode}`),
  ];
}

/** A comparison of times between passes that did not do the same jobs, or did not come to their end. */
function unfairSpeedUps(text: string, passes: Pass[]): string[] {
  return text.split(/(?<=[.;]) /).flatMap((part) => {
    if (!/ as fast as |\b(faster|slower) than /.test(part)) return [];
    const compared = passes.filter(({ mode }) => modesIn(part).includes(mode));
    const jobsOf = ({ done }: Pass) => [...done].sort((a, b) => a - b).join();
    return [
      ...compared
        .filter(({ status }) => status !== 'completed')
        .map(({ mode }) => `${mode} is compared but did not complete`),
      ...(new Set(compared.map(jobsOf)).size > 1 ? [`different jobs are compared: “${part}”`] : []),
    ];
  });
}

/** Causes that the log of the modes in the same part of the sentence does not have. */
function unknownCauses(text: string, passes: Pass[]): string[] {
  return text.split(/(?<=[.;]) /).flatMap((part) => {
    const named = modesIn(part);
    const meant = named.length > 0 ? passes.filter(({ mode }) => named.includes(mode)) : passes;
    const cores = Number(/this machine has (\d+) core/.exec(part)?.[1] ?? Number.NaN);
    const isHere = (words: RegExp, isSo: (pass: Pass) => boolean) => !words.test(part) || meant.some(isSo);
    const paused = (by: string) => (pass: Pass) =>
      pass.events.some((event) => event.type === 'pass-ended' && event.paused && by in event.paused);
    return [
      ...(Number.isNaN(cores) || meant.some((pass) => coresOf(pass) === cores)
        ? []
        : ['the cores are others']),
      ...(isHere(/waits overlapped/i, haveOverlapped) ? [] : ['no waits overlapped']),
      ...(isHere(/the server stood still/i, paused('server')) ? [] : ['the server did not stand still']),
      ...(isHere(/was stopped for/i, paused('program')) ? [] : ['no process was stopped']),
      ...(isHere(/\block/i, ({ waits }) => waits.some((wait) => wait.for === 'lock'))
        ? []
        : ['there is no lock']),
      ...(isHere(/semaphore|permit/i, ({ waits }) => waits.some((wait) => wait.for === 'semaphore'))
        ? []
        : ['there is no semaphore']),
      ...(isHere(/starting them took/i, ({ events }) =>
        events.some((event) => event.type === 'lane-started' && event.kind !== 'main'),
      )
        ? []
        : ['nothing was started']),
    ];
  });
}

function coresOf({ events }: Pass): number {
  const start = events.find((event): event is Of<'pass-started'> => event.type === 'pass-started');
  return start?.cores ?? 0;
}

/** Whether two jobs waited at the same time. */
function haveOverlapped({ waits }: Pass): boolean {
  const ofJobs = waits.filter(({ job, for: kind }) => job !== null && kind !== 'worker');
  return ofJobs.some((a) => ofJobs.some((b) => a.job !== b.job && a.from < b.to && b.from < a.to));
}

/** Words of the log that a reader does not need, and slips of plurals. */
function badWords(text: string): string[] {
  return [
    ...(text.match(/\b(undefined|null|NaN|Infinity|\[object)\b/g) ?? []),
    ...(text.match(/(?<![\d.])1 (jobs|threads|processes|workers|cores|updates|messages|times)\b/g) ?? []),
    ...(text.match(/\b(sooner|anew|told|whose)\b/g) ?? []),
    ...(text.match(/ {2}|\.\.|,,| [.,;:]|\d %/g) ?? []),
    // An error of a program may be cut, or ask.
    ...(/[.!?…]\u2069?$/.test(text.trim()) && /^[\p{Lu}\d“]/u.test(text) ? [] : ['it is no whole sentence']),
  ].map((found) => `it says “${found}”`);
}
