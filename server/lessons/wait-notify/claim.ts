/** What spinning cost compared with waiting, and that a notification was not kept for the job that came too late. */
import type { Bar, PassTimeline } from '../../timeline/model.ts';
import { inModes } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { capital, secondsOf } from '../../words/english.ts';

/** A job that computed for less, in ms, hardly spun: the result was there when it looked. */
const SPUN_MS = 100;

function barsOf({ rows }: PassTimeline, job: number, state: Bar['state']): Bar[] {
  return rows.flatMap(({ bars }) => bars.filter((bar) => bar.job === job && bar.state === state));
}

function lengthOf(bars: Bar[]): number {
  return bars.reduce((sum, { startMs, endMs }) => sum + (endMs ?? startMs) - startMs, 0);
}

type Spin = { pass: PassTimeline; spunMs: number; waitedMs: number; computedMs: number };

/** What jobs 1 and 2 did until the result was there, in passes in which both came before it. */
function spinsOf(passes: readonly PassTimeline[]): Spin[] {
  return passes.flatMap((pass) => {
    const spunMs = lengthOf(barsOf(pass, 1, 'computing'));
    const waitedMs = lengthOf(barsOf(pass, 2, 'condition'));
    const computedMs = lengthOf(barsOf(pass, 2, 'computing'));
    return spunMs >= SPUN_MS && waitedMs >= SPUN_MS ? [{ pass, spunMs, waitedMs, computedMs }] : [];
  });
}

type Lost = { pass: PassTimeline; waitedMs: number };

/** The waits of job 3 that began after job 0 had notified and ended, and that main ended. */
function lostOf(passes: readonly PassTimeline[]): Lost[] {
  return passes.flatMap((pass) => {
    const notifiedMs = pass.jobs.get(0)?.endMs ?? Number.POSITIVE_INFINITY;
    const release = pass.causes.all.find(({ kind, to }) => kind === 'condition' && to.job === 3);
    const wait = release?.wait;
    if (!wait || release.from.job !== null || wait.startMs < notifiedMs) return [];
    return [{ pass, waitedMs: wait.endMs - wait.startMs }];
  });
}

/** `text` about some of the passes, with their modes unless they are all. */
function about(
  some: readonly { pass: PassTimeline }[],
  passes: readonly PassTimeline[],
  text: string,
): string {
  const where = some.length === passes.length ? '' : `${inModes(some.map(({ pass }) => pass))} `;
  return `${capital(`${where}${text}`)}.`;
}

function headline(passes: readonly PassTimeline[]): string | null {
  const spins = spinsOf(passes);
  const lost = lostOf(passes);
  const parts: string[] = [];
  if (spins.length > 0) {
    const spun = secondsOf(spins.map(({ spunMs }) => spunMs));
    const waited = secondsOf(spins.map(({ waitedMs }) => waitedMs));
    const computed = secondsOf(spins.map(({ computedMs }) => computedMs));
    parts.push(
      about(
        spins,
        passes,
        `job 1 computed for ${spun} until it saw the result; job 2 waited ${waited} for it and computed for ${computed}`,
      ),
    );
  }
  if (lost.length > 0) parts.push(about(lost, passes, lateWords(lost)));
  return parts.length > 0 ? parts.join(' ') : null;
}

function lateWords(lost: Lost[]): string {
  const waited = secondsOf(lost.map(({ waitedMs }) => waitedMs));
  return `job 3 missed the notification and waited ${waited}, until main notified again`;
}

/** The question is what job 3 did after the notification. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const lost = lostOf(passes);
  if (lost.length === 0) return null;
  const why = `${about(lost, passes, lateWords(lost))} A notification wakes only jobs that wait at that moment.`;
  return { right: [1], why };
}

export default { headline, answer } satisfies Claim;
