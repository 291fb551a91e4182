/** The settings in which two runs differ, and what each may have changed. Pure. */
import { MODE_TRAITS, type Mode } from '../spec/modes.ts';
import { looksLikeScript } from '../spec/python.ts';
import type { Spec } from '../spec/spec.ts';

/** A request for a run: the spec, and the title of its lesson or program. */
export type Asked = { spec: Spec; title: string };

/** The settings compared, in the order of the form. */
export type SettingName = 'lesson' | 'modes' | 'runtime' | 'jobs' | 'workers' | 'seconds' | 'work' | 'seed';

/** A setting that two runs do not share. */
export type DifferentSetting = {
  name: SettingName;
  /** Whether it changes the work that the jobs do. If so, the figures do not say which run is better. */
  makesWork: boolean;
  /** Reports whether it can have changed how a mode did that work. */
  matters(mode: Mode): boolean;
};

type Setting = {
  name: SettingName;
  /** Two runs share the setting if this is equal. */
  value(asked: Asked): string | number | null;
  makesWork?: true;
  matters?(mode: Mode, a: Spec, b: Spec): boolean;
};

const SETTINGS: Setting[] = [
  // Programs that somebody wrote may have the same title, or none.
  { name: 'lesson', value: ({ spec }) => spec.code || `lesson ${spec.lesson}`, makesWork: true },
  { name: 'modes', value: ({ spec }) => spec.modes.join(), matters: () => false },
  { name: 'runtime', value: ({ spec }) => spec.runtime },
  { name: 'jobs', value: ({ spec }) => spec.jobs, makesWork: true },
  { name: 'workers', value: ({ spec }) => spec.workers, matters: (mode) => MODE_TRAITS[mode].overlaps },
  {
    name: 'seconds',
    value: ({ spec }) => `${spec.minSeconds} ${spec.maxSeconds}`,
    makesWork: true,
  },
  { name: 'work', value: ({ spec }) => spec.work, makesWork: true },
  {
    name: 'seed',
    value: ({ spec }) => spec.seed,
    // Another seed gives the same kind of work with other random numbers, which is often the point. If the range of
    // seconds has no width, the seed makes no difference.
    matters: (_mode, a, b) => a.minSeconds < a.maxSeconds || b.minSeconds < b.maxSeconds,
  },
];

/** What a script has of them: it says itself how many jobs it starts, and what they do. */
const OF_SCRIPT: ReadonlySet<SettingName> = new Set(['lesson', 'modes', 'runtime']);

/** Returns the settings that differ, in the order of the form. */
export function differentSettings(a: Asked, b: Asked): DifferentSetting[] {
  const isScript = looksLikeScript(a.spec) || looksLikeScript(b.spec);
  const settings = isScript ? SETTINGS.filter(({ name }) => OF_SCRIPT.has(name)) : SETTINGS;
  return settings
    .filter(({ value }) => value(a) !== value(b))
    .map(({ name, makesWork, matters }) => ({
      name,
      makesWork: makesWork ?? false,
      matters: (mode) => matters?.(mode, a.spec, b.spec) ?? true,
    }));
}
