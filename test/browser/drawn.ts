/** Reads the pixels of a chart's canvas, at places computed from the chart's own scales. */
import type { Page } from 'playwright-core';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { CompareView } from '../../static/compare/compare-view.ts';
import type { RunView } from '../../static/run/run-view.ts';

/** A stretch of one colour in a row, in ms since the pass began. */
export type Stretch = { row: number; startMs: number; endMs: number };

/** What a chart shows of a pass. */
export type Drawn = {
  /** Visible stretches of a state's colour: row by row, in order of time. */
  stretches: Stretch[];
  /** Number of rows on the scale. */
  rows: number;
  /** The colour of the mark before each row; null for none. */
  marks: (string | null)[];
  /** Width of a pixel, in ms. */
  pixelMs: number;
};

/**
 * Reads where the state's colour `--state` of the style sheet is on a chart's canvas. The chart is that of a pass, the
 * one job by job, or, in a comparison, the one at that position.
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

      // Read a copy: reading the chart's own canvas would change how the browser paints it.
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

/** Computes where a state must be drawn, from the events of a pass alone. */
export function stretchesOf(events: RunEvent[], pass: number, state: 'sleep' | 'computing'): Stretch[] {
  const found: Stretch[] = [];
  const rowOf = new Map<number, number>();
  const since = new Map<number, { state: string; atMs: number }>();
  const isEventLoop = events.some(
    (event) => event.type === 'pass-started' && event.pass === pass && event.mode === 'event-loop',
  );
  /** Handles a change of a job's state; null when it has ended. */
  const change = (job: number, next: string | null, atMs: number) => {
    const before = since.get(job);
    if (before?.state === state) found.push({ row: rowOf.get(job)!, startMs: before.atMs, endMs: atMs });
    if (next !== null) since.set(job, { state: next, atMs });
    else since.delete(job);
  };
  for (const event of events.filter((one) => one.pass === pass)) {
    if (event.type === 'job-started') {
      // On the event loop a job gets the first free row; otherwise its lane's.
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
 * Returns the stretches of `some` that `others` do not have, comparing edges within 3 pixels. Stretches under 10 pixels
 * are ignored: a bar's outline and the gap beside it leave little of their colour.
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
