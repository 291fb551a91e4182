/** Which figures a sentence above a run may have: times, ratios and counts that can be computed from its log. */
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Pass, Wait } from './read-log.ts';

/** Returns what is wrong with the figures in `text`, in words. */
export function unknownFigures(text: string, passes: Pass[]): string[] {
  return [...unknownDurations(text, passes), ...unknownFactors(text, passes), ...unknownCounts(text, passes)];
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
    .flatMap((pass) =>
      pass.wallMs === null ? [] : [pass.wallMs, sumOfJobs(pass.events), waitedAndComputed(pass)],
    )
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

/** What all jobs would take one after another if the processor time of their pass was all that they computed. */
function waitedAndComputed({ waits, events }: Pass): number {
  const ended = events.find((event) => event.type === 'pass-ended');
  const own = waits.filter(({ job, for: kind }) => job !== null && kind !== 'worker' && kind !== 'join');
  return sum([ended?.cpuMs ?? 0, ...own.map(({ from, to }) => to - from)]);
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
    .replace(/and used \d+\.\d(?= of)/g, '')
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
