/** The words for how long a run will take, before it is started. Pure. */
import type { PlannedPass } from '../figures/planned.ts';
import type { Mode } from '../spec/modes.ts';
import { capital, inMode, listed } from './english.ts';
import { roughly } from './family-time.ts';

/** What to expect of a run: its total time, the time by mode, and a warning if a limit will cut it off, or empty. */
type ExpectedRun = { inAll: string; byMode: Partial<Record<Mode, string>>; warning: string };

/** Passes and runs that take longer are cut off. */
type Limits = { passSeconds: number; runSeconds: number };

/**
 * Returns the words for a run. `samples` are its plans with several seeds if its seed is not known yet: what is cut off
 * with some of them only may be cut off.
 */
export function expectedRun(
  samples: readonly (readonly PlannedPass[])[],
  { passSeconds, runSeconds }: Limits,
): ExpectedRun {
  const modes = samples[0]?.map(({ mode }) => mode) ?? [];
  const msOf = (mode: Mode) => samples.map((passes) => passes.find((pass) => pass.mode === mode)?.ms ?? 0);
  const mean = (all: readonly number[]) => all.reduce((sum, ms) => sum + ms, 0) / all.length;
  const cutMs = (ms: number) => Math.min(ms, passSeconds * 1000);
  const runMs = samples.map((passes) => passes.reduce((sum, { ms }) => sum + cutMs(ms), 0));

  const byMode: ExpectedRun['byMode'] = {};
  const will: Mode[] = [];
  const may: Mode[] = [];
  for (const mode of modes) {
    const all = msOf(mode);
    const over = all.filter((ms) => ms > passSeconds * 1000).length;
    if (over === all.length) will.push(mode);
    else if (over > 0) may.push(mode);
    byMode[mode] =
      over === all.length ? `cut off at ${passSeconds} s` : `about ${roughly(mean(all.map(cutMs)))}`;
  }
  const warnings: string[] = [];
  if (will.length > 0) {
    const needs = Map.groupBy(will, (mode) => roughly(mean(msOf(mode))));
    const parts = [...needs].map(
      ([time, some], i) => `${listed(some.map(inMode))}${i === 0 ? ', the jobs need' : ''} about ${time}`,
    );
    warnings.push(`${capital(parts.join('; '))}. Each mode is cut off after ${passSeconds} s.`);
  }
  if (may.length > 0)
    warnings.push(`${capital(listed(may.map(inMode)))}, the jobs may be cut off after ${passSeconds} s.`);
  if (mean(runMs) > runSeconds * 1000)
    warnings.push(`The run will be cut off after ${roughly(runSeconds * 1000)}.`);
  const inAll = `about ${roughly(Math.min(mean(runMs), runSeconds * 1000))}`;
  return { inAll, byMode, warning: warnings.join(' ') };
}
