/** The settings of a run in words: for the table of two runs that differ, and the sentence above it. Pure. */
import type { Asked, DifferentSetting, SettingName } from '../figures/different-settings.ts';
import { RUNTIME_NAMES } from '../spec/runtimes.ts';
import type { Work } from '../spec/spec.ts';
import { counted, listed, modeName } from './english.ts';
import { isolated } from './isolated.ts';

/** What a table has of a setting: its name, and its value in each run. */
export type SettingWords = { name: string; a: string; b: string };

type Words = {
  name: string;
  value(asked: Asked): string;
  /** What B had instead of what A had: `2 workers instead of one per job`. */
  instead(a: Asked, b: Asked): string;
};

const DOES: Record<Work, string> = { wait: 'wait', compute: 'compute', mixed: 'do both' };

const WORDS: Record<SettingName, Words> = {
  lesson: {
    name: 'Lesson',
    value: ({ title }) => title,
    instead: (a, b) =>
      a.title === b.title
        ? `their programs differ, though both are called “${isolated(b.title)}”`
        : `“${isolated(b.title)}” instead of “${isolated(a.title)}”`,
  },
  modes: {
    name: 'Modes',
    value: ({ spec }) => spec.modes.map(modeName).join(', '),
    instead: (a, b) => `${modesOf(b)} instead of ${modesOf(a)}`,
  },
  runtime: {
    name: 'Runtime',
    value: runtimeOf,
    instead: (a, b) => `${runtimeOf(b)} instead of ${runtimeOf(a)}`,
  },
  jobs: {
    name: 'Jobs',
    value: ({ spec }) => String(spec.jobs),
    instead: (a, b) => `${counted(b.spec.jobs, 'job')} instead of ${a.spec.jobs}`,
  },
  workers: {
    name: 'Workers',
    value: ({ spec }) => (spec.workers === null ? 'one per job' : String(spec.workers)),
    instead: ({ spec: a }, { spec: b }) =>
      b.workers === null
        ? `one worker per job instead of ${a.workers}`
        : `${counted(b.workers, 'worker')} instead of ${a.workers ?? 'one per job'}`,
  },
  seconds: {
    name: 'Seconds per job',
    value: secondsOf,
    instead: (a, b) => `jobs of ${secondsOf(b)} seconds instead of ${secondsOf(a)}`,
  },
  work: {
    name: 'What jobs do',
    value: ({ spec }) => spec.work,
    instead: (a, b) => `jobs that ${DOES[b.spec.work]} instead of ${DOES[a.spec.work]}`,
  },
  seed: {
    name: 'Seed',
    value: ({ spec }) => String(spec.seed),
    instead: () => 'job times drawn from another seed',
  },
};

/** A setting that differs, as the table has it. */
export function settingWords({ name: setting }: DifferentSetting, a: Asked, b: Asked): SettingWords {
  const { name, value } = WORDS[setting];
  if (setting !== 'lesson') return { name, a: value(a), b: value(b) };
  const isOwn = a.spec.code !== '' || b.spec.code !== '';
  return {
    name: isOwn ? 'Program' : name,
    a: a.title,
    b: a.title === b.title ? 'another with this title' : b.title,
  };
}

/** What B had instead of what A had: `2 workers instead of one per job`. */
export function insteadWords({ name }: DifferentSetting, a: Asked, b: Asked): string {
  return WORDS[name].instead(a, b);
}

function modesOf({ spec }: Asked): string {
  return listed(spec.modes.map(modeName));
}

function runtimeOf({ spec }: Asked): string {
  return RUNTIME_NAMES[spec.runtime];
}

function secondsOf({ spec: { minSeconds, maxSeconds } }: Asked): string {
  return minSeconds === maxSeconds ? String(minSeconds) : `${minSeconds} to ${maxSeconds}`;
}
