/** The form's values: as typed, or those that would repeat a run. */
import type { FormLesson, FormValues } from '../../views/form/values.ts';
import type { Challenge } from '../challenges/challenge.ts';
import type { CatalogueEntry } from '../lessons/catalogue.ts';
import { IGNORABLE } from '../lessons/lesson.ts';
import { type Cell, requestOf } from '../notebook/cell.ts';
import { NEW_PROGRAMS, NEW_SETTINGS } from '../programs/new-program.ts';
import { DEFAULT_SCHEDULES } from '../spec/explore.ts';
import { languageOf } from '../spec/language.ts';
import type { Python, Runtime } from '../spec/runtimes.ts';
import { DEFAULTS, type FamilyPlan, SPEC_FIELDS, type Spec, type SpecField } from '../spec/spec.ts';

/** Returns the form's values for a spec, or for a family of runs of it. */
export function valuesOf(
  spec: Omit<Spec, 'seed'> & { seed: number | null },
  family: FamilyPlan | null = null,
) {
  const { explore = null, schedule = '', sleepsInOrder = false, everyRuntime, ...rest } = spec;
  const fields = {
    ...rest,
    ...{ repeat: null, sweep: null, ...(family && { [family.kind]: family.count }) },
    everyRuntime: everyRuntime ? 'true' : null,
    explore: explore && 'true',
    sleepsInOrder: sleepsInOrder ? 'true' : null,
    preemptions: explore?.preemptions ?? null,
    schedules: explore && (explore.schedules === DEFAULT_SCHEDULES ? null : explore.schedules),
    schedule,
  };
  return formValues((name) => String(fields[name] ?? ''), spec.modes);
}

/**
 * Returns the form's values for a lesson. Each run draws a seed, unless the lesson sets one. `runtimes`: those to choose
 * from; the lesson's own may not be among them.
 */
export function lessonValues(
  { slug, settings: { repeat, runtime = DEFAULTS.runtime, ...settings } }: CatalogueEntry,
  runtimes: readonly Runtime[],
): FormValues {
  const family = repeat === undefined ? null : ({ kind: 'repeat', count: repeat } as const);
  return valuesOf(
    {
      ...DEFAULTS,
      modes: [...DEFAULTS.modes],
      ...settings,
      runtime: runtimes.includes(runtime) ? runtime : DEFAULTS.runtime,
      lesson: slug,
    },
    family,
  );
}

/** Returns what the form needs of a cell of the notebook, on the first of the Pythons that can run it. */
export function cellForm(cell: Cell, [runtime = 'python']: readonly Python[]): FormLesson {
  const values = valuesOf({ ...DEFAULTS, ...requestOf(cell, runtime) });
  return { slug: '', ignores: [...IGNORABLE], values, isScript: true };
}

/** Returns the form's values for a challenge, on the first of the `runtimes` that can run its program: every order. */
export function challengeValues(
  { slug, program, jobs }: Challenge,
  [runtime = DEFAULTS.runtime]: readonly Runtime[],
): FormValues {
  const explore = { preemptions: null, schedules: DEFAULT_SCHEDULES };
  const own = { lesson: '', code: program, challenge: slug, jobs, explore };
  return valuesOf({ ...DEFAULTS, minSeconds: 0, maxSeconds: 0, runtime, ...own, modes: ['threads'] });
}

/** Returns the form's values for a new program, on the runtime `wanted` or else the first of those that can run it. */
export function newValues(runtimes: readonly Runtime[], wanted: string | null = null): FormValues {
  const modes = [...DEFAULTS.modes];
  const runtime = runtimes.find((one) => one === wanted) ?? runtimes[0] ?? DEFAULTS.runtime;
  const code = NEW_PROGRAMS[languageOf(runtime)];
  return valuesOf({ ...DEFAULTS, modes, ...NEW_SETTINGS, runtime, lesson: '', code });
}

/**
 * Returns `values` with the fields that a query names: a link may fill in the form. Others of its names are ignored.
 */
export function withQuery(values: FormValues, query: URLSearchParams): FormValues {
  const typed = typedValues(query);
  const named = SPEC_FIELDS.filter((name) => name !== 'lesson' && query.has(name));
  return { ...values, ...Object.fromEntries(named.map((name) => [name, typed[name]])) };
}

/** Returns the form's values as they were typed. */
export function typedValues(form: FormData | URLSearchParams): FormValues {
  const text = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  return formValues(text, form.getAll('modes').map(String));
}

function formValues(textOf: (name: Exclude<SpecField, 'modes'>) => string, modes: string[]): FormValues {
  const names = SPEC_FIELDS.filter((name) => name !== 'modes');
  const texts = names.map((name) => [name, textOf(name)] as const);
  return { ...(Object.fromEntries(texts) as Record<(typeof names)[number], string>), modes };
}
