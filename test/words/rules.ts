/**
 * What no sentence above a run may do, whatever the program: name a job, a lock or a mode that is not in the log, a
 * figure that cannot be computed from it, or a speed-up over other work. Reads the events on its own, so that a mistake
 * in the timeline or in a figure is seen as well.
 */
import type { RunEvent } from '../../server/protocol/events.ts';
import { MODE_TRAITS, MODES, type Mode } from '../../server/spec/modes.ts';

type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
type Wait = { for: string; on: string; job: number | null; lane: number; from: number; to: number };
type Pass = {
  mode: Mode;
  events: RunEvent[];
  status: string | null;
  wallMs: number | null;
  /** The time of the last event. */
  lastMs: number;
  started: Map<number, number>;
  done: Set<number>;
  waits: Wait[];
};

/**
 * Returns what is wrong with `sentence` about a run, in words; nothing if it is within the rules. `ownFigures`: it is a
 * lesson's, which may have figures that only this lesson has (test/lessons/claims checks those).
 */
export function violations(sentence: string, events: RunEvent[], ownFigures = false): string[] {
  const passes = passesOf(events);
  const text = withoutQuotes(sentence, events);
  const figures = () => [
    ...unknownDurations(text, passes),
    ...unknownFactors(text, passes),
    ...unknownCounts(text, passes),
  ];
  return [
    ...unknownNames(text, events, passes),
    ...unfairSpeedUps(text, passes),
    ...unknownCauses(text, passes),
    ...(ownFigures ? [] : figures()),
    ...badWords(sentence),
  ];
}

function passesOf(events: RunEvent[]): Pass[] {
  return events
    .filter((event): event is Of<'pass-started'> => event.type === 'pass-started')
    .map((start) => {
      const own = events.filter(({ pass }) => pass === start.pass);
      const ended = own.find((event): event is Of<'pass-ended'> => event.type === 'pass-ended');
      const lastMs = Math.max(0, ...own.map(({ atMs }) => atMs ?? 0));
      const done = own.flatMap((event) =>
        event.type === 'job-ended' && event.status === 'done' ? [event.job] : [],
      );
      const started = own.flatMap((event) =>
        event.type === 'job-started' ? [[event.job, event.atMs] as const] : [],
      );
      return {
        mode: start.mode,
        events: own,
        status: ended?.status ?? null,
        wallMs: ended?.wallMs ?? null,
        lastMs,
        started: new Map(started),
        done: new Set(done),
        waits: waitsOf(own, lastMs),
      };
    });
}

function waitsOf(events: RunEvent[], lastMs: number): Wait[] {
  const open = new Map<string, Wait[]>();
  const all: Wait[] = [];
  for (const event of events) {
    if (event.type !== 'wait-started' && event.type !== 'wait-ended') continue;
    const key = [event.lane, event.job, event.for, event.on].join();
    if (event.type === 'wait-started') {
      const { lane, job, on, atMs } = event;
      const wait = { for: event.for, on, job, lane, from: atMs, to: lastMs };
      all.push(wait);
      open.set(key, [...(open.get(key) ?? []), wait]);
    } else {
      const wait = open.get(key)?.shift();
      if (wait) wait.to = event.atMs;
    }
  }
  return all;
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
    for (const one of [line, line.charAt(0).toUpperCase() + line.slice(1)]) text = text.replaceAll(one, '“”');
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
      ...(isHere(/lock/i, ({ waits }) => waits.some((wait) => wait.for === 'lock'))
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
    ...(/[.!?]$/.test(text.trim()) && /^[\p{Lu}\d“]/u.test(text) ? [] : ['it is no whole sentence']),
  ].map((found) => `it says “${found}”`);
}

/** All durations that can be read from the log, in ms. */
function durationsOf(passes: Pass[]): number[] {
  const all: number[] = [];
  const walls = passes.map(({ wallMs, lastMs }) => wallMs ?? lastMs);
  all.push(...walls, ...walls.flatMap((a) => walls.map((b) => a - b)));
  for (const { waits, events: own } of passes) {
    const started = new Map<number, number>();
    const spans: number[] = [];
    for (const event of own) {
      if (event.type === 'job-started') started.set(event.job, event.atMs);
      if (event.type === 'job-ended') spans.push(event.atMs - (started.get(event.job) ?? 0));
      if (event.type === 'cut') all.push(event.atMs);
      if (event.type === 'pass-ended' && event.paused) all.push(...Object.values(event.paused));
    }
    all.push(...spans, sum(spans), ...waits.map(({ from, to }) => to - from));
    const lates = waits.flatMap(({ for: kind, on, from, to }) =>
      kind === 'sleep' ? [to - from - 1000 * Number.parseFloat(on)] : [],
    );
    all.push(...lates, sum(lates));
    for (const by of [
      ({ for: kind }: Wait) => kind,
      ({ for: kind, job }: Wait) => `${kind} ${job}`,
      ({ for: kind, on }: Wait) => `${kind} ${on}`,
      ({ for: kind, on, job }: Wait) => `${kind} ${on} ${job}`,
    ]) {
      for (const group of Map.groupBy(waits, by).values())
        all.push(sum(group.map(({ from, to }) => to - from)));
    }
  }
  return all;
}

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0);

function unknownDurations(text: string, passes: Pass[]): string[] {
  const all = durationsOf(passes).map(Math.abs);
  // A figure may come from a time that was rounded to its last digit, up or down.
  const isKnown = (value: number, unit: number, step: number) =>
    all.some((ms) => Math.abs(ms / unit - value) <= 0.5 * step + 1e-6);
  return [...text.matchAll(/(?<![\d.])(\d+(?:\.\d+)?) (ms|s)\b/g)]
    .filter(([, figure = '', unit]) => {
      const step = figure.includes('.') ? 0.1 : 1;
      return !isKnown(Number(figure), unit === 's' ? 1000 : 1, step);
    })
    .map(([found]) => `no time in the log is ${found}`);
}

function unknownFactors(text: string, passes: Pass[]): string[] {
  const walls = passes
    .flatMap(({ wallMs, events }) => (wallMs === null ? [] : [wallMs, sumOfJobs(events)]))
    .filter((ms) => ms > 0);
  const rss = passes.flatMap(({ events }) =>
    events.flatMap((event) =>
      event.type === 'pass-ended' && event.peakRssBytes ? [event.peakRssBytes] : [],
    ),
  );
  const ratios = [walls, rss].flatMap((list) => list.flatMap((a) => list.map((b) => a / b)));
  const isKnown = (value: number, step: number) =>
    ratios.some((ratio) => Math.abs(ratio - value) <= 0.5 * step + 1e-6);
  return [...text.matchAll(/(?<![\d.])(\d+(?:\.\d+)?)(?: to (\d+(?:\.\d+)?))? times\b/g)]
    .flatMap(([, a = '', b = '']) => [a, b].filter((figure) => figure !== ''))
    .filter((figure) => !isKnown(Number(figure), figure.includes('.') ? 0.1 : 1))
    .map((figure) => `no two times are in the ratio ${figure}`);
}

/** The sum of the times of all jobs: what they would take one after another. */
function sumOfJobs(events: RunEvent[]): number {
  const started = new Map(
    events.flatMap((event) => (event.type === 'job-started' ? [[event.job, event.atMs]] : [])),
  );
  return sum(
    events.flatMap((event) =>
      event.type === 'job-ended' ? [event.atMs - (started.get(event.job) ?? 0)] : [],
    ),
  );
}

const SPELLED = 'zero one two three four five six seven eight nine ten eleven twelve'.split(' ');

/** Whole numbers that count nothing in the log. */
function unknownCounts(text: string, passes: Pass[]): string[] {
  const jobs = new Set(
    passes.flatMap(({ events }) => events.flatMap((event) => ('job' in event ? [event.job] : []))),
  );
  const known = new Set<number>(Array.from({ length: jobs.size + 1 }, (_, n) => n));
  for (const { events: own, waits } of passes) {
    for (const event of own) {
      if (event.type === 'pass-started')
        known
          .add(event.cores)
          .add(event.otherRuns)
          .add(event.pool?.lanes ?? 0);
      if (event.type === 'cut') known.add(event.limit);
      if ('value' in event && typeof event.value === 'number') known.add(event.value);
      if (event.type === 'shared-written' && event.length !== null) known.add(event.length);
      if (event.type === 'lane-ended' && event.exitCode !== null) known.add(event.exitCode);
    }
    const written = own.filter((event) => event.type === 'shared-written' && event.key === 'counter');
    const last = written.at(-1);
    const total = last && 'value' in last && typeof last.value === 'number' ? last.value : 0;
    known.add(written.length - total);
    const groups = [
      Map.groupBy(own, ({ type }) => type),
      Map.groupBy(own, (event) => `${event.type} ${'key' in event ? event.key : ''}`),
      Map.groupBy(own, (event) => `${event.type} ${'job' in event ? event.job : ''}`),
      Map.groupBy(own, (event) => `${event.type} ${'atomic' in event}`),
      Map.groupBy(waits, (wait) => wait.for),
    ];
    for (const group of groups) for (const list of group.values()) known.add(list.length);
    for (const ended of own)
      if (ended.type === 'pass-ended') known.add(Math.round((ended.peakRssBytes ?? 0) / 2 ** 20));
  }
  const left = text
    .replace(/of which the jobs got \d+\.\d/g, '')
    .replace(/\d+(?:\.\d+)?(?: to \d+(?:\.\d+)?)? (?:ms|s|times)\b/g, '')
    .replace(/\b(?:lock|semaphore|condition) \S+/g, '')
    .replace(/\d+(?:\.\d+)?(?= (?:MiB|KiB|GiB)\b)/g, '');
  const digits = [...left.matchAll(/(?<![\d.])\d[\d,]*(?:\.\d+)?(?!\d|st|nd|rd|th)/g)].map(([figure]) =>
    Number(figure.replace(/,/g, '')),
  );
  const words = SPELLED.flatMap((word, n) =>
    new RegExp(`\\b${word}\\b`, 'i').test(
      left.replace(
        /one by one|one (job )?at a time|one after (the other|another)|(which|the|each|that|no|the other) one|one (thread|turn|of)/gi,
        '',
      ),
    )
      ? [n]
      : [],
  );
  return [...digits, ...words].filter((n) => !known.has(n)).map((n) => `nothing in the log counts ${n}`);
}
