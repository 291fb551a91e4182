/** In which settings two runs differ, in words, and what each could have changed. Pure. */
import type { Mode, Spec, Work } from '../spec/spec.ts';
import { counted, listed, MODE_NAMES } from './words.ts';

/** What was asked for: the spec, and the title of its lesson. */
export type Asked = { spec: Spec; title: string };

/** A setting that two runs do not share. */
export type SettingPair = {
  name: string;
  /** Its value in each, as a table has it. */
  a: string;
  b: string;
  /** What B had instead of what A had: `2 workers instead of one a job`. */
  instead: string;
  /** Whether the runs did other work for it: their figures then say nothing of which is better. */
  makesWork: boolean;
  /** Whether it can have changed how that work went in a mode. */
  matters(mode: Mode): boolean;
};

type Setting = {
  name: string;
  words(asked: Asked): string;
  instead(a: Asked, b: Asked): string;
  makesWork?: true;
  matters?(mode: Mode, a: Spec, b: Spec): boolean;
};

const DOES: Record<Work, string> = { wait: 'wait', compute: 'compute', mixed: 'do both' };

const SETTINGS: Setting[] = [
  {
    name: 'Lesson',
    words: ({ title }) => title,
    instead: (a, b) => `“${b.title}” instead of “${a.title}”`,
    makesWork: true,
  },
  {
    name: 'Modes',
    words: ({ spec }) => spec.modes.map((mode) => MODE_NAMES[mode]).join(', '),
    instead: (a, b) => `${modesOf(b)} instead of ${modesOf(a)}`,
    matters: () => false,
  },
  {
    name: 'Runs on',
    words: runtimeOf,
    instead: (a, b) => `${runtimeOf(b)} instead of ${runtimeOf(a)}`,
  },
  {
    name: 'Jobs',
    words: ({ spec }) => String(spec.jobs),
    instead: (a, b) => `${counted(b.spec.jobs, 'job')} instead of ${a.spec.jobs}`,
    makesWork: true,
  },
  {
    name: 'Workers',
    words: ({ spec }) => (spec.workers === null ? 'one a job' : String(spec.workers)),
    instead: ({ spec: a }, { spec: b }) =>
      b.workers === null
        ? `one worker a job instead of ${a.workers}`
        : `${counted(b.workers, 'worker')} instead of ${a.workers ?? 'one a job'}`,
    matters: (mode) => mode !== 'sequential',
  },
  {
    name: 'Seconds a job',
    words: secondsOf,
    instead: (a, b) => `jobs of ${secondsOf(b)} seconds instead of ${secondsOf(a)}`,
    makesWork: true,
  },
  {
    name: 'A job’s work',
    words: ({ spec }) => spec.work,
    instead: (a, b) => `jobs that ${DOES[b.spec.work]} instead of ${DOES[a.spec.work]}`,
    makesWork: true,
  },
  {
    name: 'Seed',
    words: ({ spec }) => String(spec.seed),
    instead: () => 'job times drawn with another seed',
    // The same work by other chances, which is what one often wants to see. What is drawn from a range without a width
    // is the same whatever the seed.
    matters: (_mode, a, b) => a.minSeconds < a.maxSeconds || b.minSeconds < b.maxSeconds,
  },
];

/** The settings that differ, in the order of the form; empty where all are the same. */
export function differentSettings(a: Asked, b: Asked): SettingPair[] {
  return SETTINGS.flatMap((setting): SettingPair[] => {
    const values = { a: setting.words(a), b: setting.words(b) };
    if (values.a === values.b) return [];
    return [
      {
        name: setting.name,
        ...values,
        instead: setting.instead(a, b),
        makesWork: setting.makesWork ?? false,
        matters: (mode) => setting.matters?.(mode, a.spec, b.spec) ?? true,
      },
    ];
  });
}

function modesOf({ spec }: Asked): string {
  return listed(spec.modes.map((mode) => MODE_NAMES[mode]));
}

function runtimeOf({ spec }: Asked): string {
  return spec.runtime === 'node' ? 'Node.js' : 'Deno';
}

function secondsOf({ spec: { minSeconds, maxSeconds } }: Asked): string {
  return minSeconds === maxSeconds ? String(minSeconds) : `${minSeconds} to ${maxSeconds}`;
}
