/** The activity of a page's main thread, from a browser trace. All times are ms on the trace's clock. */
import type { Page } from 'playwright-core';
import { z } from 'zod';

/** The main thread's tasks in order, some nested, and the times of each mark. */
export type Trace = { tasks: Task[]; marks: Map<string, number[]> };

/** A task of the main thread. `cpuMs` is its processor time; `what` is the kind of an input event. */
type Task = { name: string; what: string | null; startMs: number; endMs: number; cpuMs: number };

const event = z.object({
  name: z.string(),
  cat: z.string().default(''),
  ph: z.string(),
  pid: z.number(),
  tid: z.number(),
  ts: z.number(),
  dur: z.number().optional(),
  tdur: z.number().optional(),
  args: z.looseObject({ name: z.unknown(), data: z.unknown() }).partial().optional(),
});
const traceFile = z.object({ traceEvents: z.array(event) });
const inputData = z.object({ type: z.string() });

const CATEGORIES = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'v8',
  'toplevel',
  'blink.user_timing',
];
/** The trace's names for script, and for the garbage collection that script causes. */
const SCRIPT = new Set([
  'EventDispatch',
  'EvaluateScript',
  'FireAnimationFrame',
  'FireIdleCallback',
  'FunctionCall',
  'MajorGC',
  'MinorGC',
  'RunMicrotasks',
  'TimerFire',
  'V8.Execute',
  'v8.callFunction',
]);

/** Traces `page` while `doing` runs. */
export async function trace(page: Page, doing: () => Promise<void>): Promise<Trace> {
  const browser = page.context().browser();
  if (!browser) throw new Error('The page belongs to no browser.');
  await browser.startTracing(page, { categories: CATEGORIES });
  await doing();
  const { traceEvents } = traceFile.parse(JSON.parse((await browser.stopTracing()).toString()));
  const mains = new Map<string, Task[]>();
  const marks = new Map<string, number[]>();
  for (const { name, pid, tid, args } of traceEvents) {
    if (name === 'thread_name' && args?.name === 'CrRendererMain') mains.set(`${pid} ${tid}`, []);
  }
  for (const { name, cat, ph, pid, tid, ts, dur = 0, tdur = dur, args } of traceEvents) {
    if (cat === 'blink.user_timing') marks.set(name, [...(marks.get(name) ?? []), ts / 1000]);
    if (ph !== 'X') continue;
    const what = inputData.safeParse(args?.data).data?.type ?? null;
    const [startMs, endMs, cpuMs] = [ts, ts + dur, tdur].map((us) => us / 1000) as [number, number, number];
    mains.get(`${pid} ${tid}`)?.push({ name, what, startMs, endMs, cpuMs });
  }
  // The browser keeps a spare process for the next page, which is nearly idle.
  const [main = []] = [...mains.values()].sort((a, b) => b.length - a.length);
  return { tasks: main.sort((a, b) => a.startMs - b.startMs), marks };
}

/** Returns the processor time of script that began between two times, in ms. */
export function scriptMs({ tasks }: Trace, fromMs: number, toMs: number): number {
  return outermostMs(tasks, toMs, ({ name, startMs }) => startMs >= fromMs && SCRIPT.has(name));
}

/**
 * Returns the processor time of all tasks of the main thread between two times, in ms; a task that began before counts
 * in full.
 */
export function workMs({ tasks }: Trace, fromMs: number, toMs: number): number {
  return outermostMs(tasks, toMs, ({ name, endMs }) => name === 'RunTask' && endMs > fromMs);
}

/** A nested task is part of the outer one. */
function outermostMs(tasks: Task[], toMs: number, is: (task: Task) => boolean): number {
  let sum = 0;
  let doneMs = Number.NEGATIVE_INFINITY;
  for (const task of tasks) {
    if (task.startMs < doneMs || task.startMs >= toMs || !is(task)) continue;
    sum += task.cpuMs;
    doneMs = task.endMs;
  }
  return sum;
}
