/** Reads what is drawn: pixels of a chart's canvas, at places computed from the chart's own scales. */
import type { Page } from 'playwright-core';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { CompareView } from '../../static/compare/compare-view.ts';
import type { RunView } from '../../static/run/run-view.ts';

/** A stretch of one colour in a row, in ms since the pass began. */
export type Stretch = { row: number; startMs: number; endMs: number };

/** What a chart shows of a pass. */
export type Drawn = {
  /** Stretches of a state's colour, as wide as the eye can see: row by row, in order of time. */
  stretches: Stretch[];
  /** Rows of the scale. */
  rows: number;
  /** The colour of the mark at the head of each row; null where it has none. */
  marks: (string | null)[];
  /** Width of a pixel, in ms. */
  pixelMs: number;
};

/**
 * Reads the chart of a pass, or of all of them job by job, or of two runs compared the chart at that place: where the
 * colour `--state` of the style sheet is on its canvas.
 */
export function readChart(page: Page, pass: number | 'jobs', state: 'sleep' | 'computing'): Promise<Drawn> {
  return page.evaluate(
    ({ pass, state }) => {
      const view = document.querySelector<RunView | CompareView>('run-view, compare-view');
      const jobs = view && 'jobs' in view ? view.jobs : null;
      const u = (pass === 'jobs' ? jobs : view?.charts[pass])?.u;
      if (!view || !u) return { stretches: [], rows: 0, marks: [], pixelMs: 0 };
      const { canvas } = u.ctx;
      const { left, width } = u.bbox;
      const ratio = canvas.width / u.width;
      const rows = u.scales.y?.max ?? 0;
      const pixelMs = (1000 * ((u.scales.x?.max ?? 0) - (u.scales.x?.min ?? 0))) / width;

      // A copy is read: reading from the chart's own canvas would change how the browser paints it.
      const copy = document.createElement('canvas');
      copy.width = canvas.width;
      copy.height = canvas.height;
      const probe = copy.getContext('2d', { willReadFrequently: true })!;
      const pixelOf = (name: string) => {
        probe.fillStyle = getComputedStyle(view).getPropertyValue(`--${name}`).trim();
        probe.fillRect(0, 0, 1, 1);
        return String(probe.getImageData(0, 0, 1, 1).data);
      };
      const wanted = pixelOf(state);
      const lanes = ['main', 1, 2, 3, 4, 5, 6, 7, 8].map((lane) => `lane-${lane}`);
      const laneOf = new Map(lanes.map((name) => [pixelOf(name), name]));
      probe.clearRect(0, 0, copy.width, copy.height);
      probe.drawImage(canvas, 0, 0);

      const stretches: Stretch[] = [];
      const marks: (string | null)[] = [];
      for (let row = 0; row < rows; row++) {
        const middle = Math.round(u.valToPos(row + 0.5, 'y', true));
        const mark = probe.getImageData(Math.round(left - 6 * ratio), middle - 4 * ratio, 1, 1).data;
        marks.push(laneOf.get(String(mark)) ?? null);
        // A quarter down the row: within the bar, and above its text.
        const y = Math.floor(u.valToPos(row + 0.25, 'y', true));
        const { data } = probe.getImageData(Math.round(left), y, Math.round(width), 1);
        let start: number | null = null;
        for (let x = 0; x <= Math.round(width); x++) {
          const isWanted = String(data.slice(4 * x, 4 * x + 4)) === wanted;
          if (isWanted) start ??= x;
          if (isWanted || start === null) continue;
          const toMs = (px: number) => u.posToVal(px / ratio, 'x') * 1000;
          stretches.push({ row, startMs: toMs(start), endMs: toMs(x) });
          start = null;
        }
      }
      return { stretches, rows, marks, pixelMs };
    },
    { pass, state },
  );
}

/** Where a state must be drawn, by the events of a pass alone. */
export function stretchesOf(events: RunEvent[], pass: number, state: 'sleep' | 'computing'): Stretch[] {
  const found: Stretch[] = [];
  const rowOf = new Map<number, number>();
  const since = new Map<number, { state: string; atMs: number }>();
  const isEventLoop = events.some(
    (event) => event.type === 'pass-started' && event.pass === pass && event.mode === 'event-loop',
  );
  /** What a job does changes; null when it has ended. */
  const change = (job: number, next: string | null, atMs: number) => {
    const before = since.get(job);
    if (before?.state === state) found.push({ row: rowOf.get(job)!, startMs: before.atMs, endMs: atMs });
    if (next !== null) since.set(job, { state: next, atMs });
    else since.delete(job);
  };
  for (const event of events.filter((one) => one.pass === pass)) {
    if (event.type === 'job-started') {
      // On the event loop a job has the first row that is free; else its lane's.
      const taken = [...since.keys()].map((job) => rowOf.get(job));
      let row = isEventLoop ? 1 : event.lane;
      while (isEventLoop && taken.includes(row)) row++;
      rowOf.set(event.job, row);
      change(event.job, 'computing', event.atMs);
    }
    if (event.type === 'wait-started' && event.job !== null && event.for === 'sleep')
      change(event.job, 'sleep', event.atMs);
    if (event.type === 'wait-ended' && event.job !== null && event.for === 'sleep')
      change(event.job, 'computing', event.atMs);
    if (event.type === 'job-ended') change(event.job, null, event.atMs);
  }
  return found.sort((a, b) => a.row - b.row || a.startMs - b.startMs);
}

/**
 * Stretches of `some` that `others` do not have, edges within 3 pixels. Those under 10 pixels are not looked for: a
 * bar's outline and the gap beside it leave little of its colour.
 */
export function missing(some: Stretch[], others: Stretch[], pixelMs: number): Stretch[] {
  const isSame = (a: Stretch, b: Stretch) =>
    a.row === b.row &&
    Math.abs(a.startMs - b.startMs) <= 3 * pixelMs &&
    Math.abs(a.endMs - b.endMs) <= 3 * pixelMs;
  return some.filter(
    (one) => one.endMs - one.startMs >= 10 * pixelMs && !others.some((other) => isSame(one, other)),
  );
}
