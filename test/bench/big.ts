/**
 * (e) The page of a run of 100 lanes and 100,000 events in headless Chromium: the time until it is drawn, each step of
 * zooming, growth by 1,000 events per second, and memory; each compared with a run of 100 lanes and few events.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { TestBrowser } from '../browser/browser.ts';
import type { Go, Message } from './big-server.ts';
import { settled } from './client.ts';
import { type Figure, ms, quantile } from './figures.ts';
import { ownBrowser } from './own-browser.ts';
import { type Memory, memoryOf, memoryText } from './page-memory.ts';
import { scriptMs, type Trace, trace, workMs } from './trace.ts';
import { DRAWN, type Grown, MESSAGE, watchPage } from './watch-page.ts';

/** How often the page is loaded, and by how many steps its timeline is zoomed in and out. */
const LOADS = 7;
const STEPS = 20;
/** Time from one input to the next, in ms. */
const STEP_MS = 150;
/** How long the run grows, in s. */
const GROWS_S = 10;

/** Takes all of these measurements; the server stores its data in a folder within `data`. */
export async function bigPage(data: string): Promise<Figure[]> {
  const script = fileURLToPath(new URL('big-server.ts', import.meta.url));
  const env = { ...process.env, PORT: '0', DATA_DIR: path.join(data, 'big') };
  const child = fork(script, { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const said = await nextMessage(child, 'url');
  await settled(said.url);
  const browser = await ownBrowser();
  const [many, few] = [said.many, said.few].map((id) => `${said.url}/runs/${id}`) as [string, string];
  try {
    return [
      ...loadFigures(await loads(browser, many), await loads(browser, few), await parseMs(browser, many)),
      memoryFigure(await memories(browser, many), await memories(browser, few)),
      zoomFigure(await zooms(browser, many), await zooms(browser, few)),
      growthFigure(await grow(browser, child, said.url, 1000), await grow(browser, child, said.url, 10)),
    ];
  } finally {
    await browser.close();
    child.disconnect();
    await once(child, 'exit');
  }
}

/**
 * One load of a page, in ms: from the last events' arrival to the end of the frame that draws them, and the main
 * thread's work from the first events until then.
 */
type Load = { drawnMs: number; workMs: number };
async function loads(browser: TestBrowser, url: string): Promise<Load[]> {
  const found: Load[] = [];
  for (let n = 0; n < LOADS; n++) {
    const page = await openPage(browser);
    const traced = await trace(page, async () => {
      await page.goto(url);
      await page.waitForFunction(() => window.grown.draws.length > 0);
    });
    const messages = traced.marks.get(MESSAGE) ?? [];
    const [drawn = Number.NaN] = traced.marks.get(DRAWN) ?? [];
    const [first = Number.NaN, last = first] = [messages[0], messages.findLast((at) => at < drawn)];
    found.push({ drawnMs: drawn - last, workMs: workMs(traced, first, drawn) });
    await page.context().close();
  }
  return found;
}

/**
 * Measures the memory of a page that has been drawn and is idle. Not while tracing, because the trace would count too.
 */
async function memories(browser: TestBrowser, url: string): Promise<Memory> {
  const found: Memory[] = [];
  for (let n = 0; n < 3; n++) {
    const page = await openPage(browser);
    await page.goto(url);
    await page.waitForFunction(() => window.grown.draws.length > 0);
    await delay(3000);
    found.push(await memoryOf(page));
    await page.context().close();
  }
  const medianOf = (key: keyof Memory) => median(found.map((one) => one[key]));
  return {
    heapBytes: medianOf('heapBytes'),
    footprintBytes: medianOf('footprintBytes'),
    privateBytes: medianOf('privateBytes'),
  };
}

/** The lower bound for the same events in a page: parsing them from JSON, in ms. */
async function parseMs(browser: TestBrowser, url: string): Promise<number> {
  const page = await browser.open();
  const response = await fetch(`${url}.ndjson`);
  const lines = (await response.text()).trim().split('\n');
  const took = await page.evaluate((lines) => {
    const began = performance.now();
    for (let at = 0; at < lines.length; at += 500) JSON.parse(`[${lines.slice(at, at + 500).join()}]`);
    return performance.now() - began;
  }, lines);
  await page.context().close();
  return took;
}

/** Script time and total main-thread time of each step, in ms. */
type Zooms = { scriptMs: number[]; workMs: number[] };

/** Zooms in and out with the wheel at three places, and drags across twice, with real input events. */
async function zooms(browser: TestBrowser, url: string): Promise<Zooms> {
  const page = await openPage(browser);
  await page.goto(url);
  await page.waitForFunction(() => window.grown.draws.length > 0);
  await delay(1000);
  const plot = page.locator('.u-over').first();
  const box = (await plot.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  const at = (share: number) => [box.x + share * box.width, box.y + Math.min(box.height, 400) / 2] as const;
  // The wheel zooms if the timeline has the focus.
  await plot.click({ position: { x: 5, y: 5 } });
  const traced = await trace(page, async () => {
    for (const share of [0.2, 0.5, 0.8]) {
      await page.mouse.move(...at(share));
      for (const by of [-100, 100]) {
        for (let n = 0; n < STEPS; n++) {
          await page.mouse.wheel(0, by);
          await delay(STEP_MS);
        }
      }
    }
    for (let n = 0; n < STEPS / 2; n++) {
      await page.mouse.move(...at(0.2 + 0.01 * n));
      await page.mouse.down();
      await page.mouse.move(...at(0.6));
      await delay(STEP_MS);
      await page.mouse.up();
      await delay(STEP_MS);
      await page.mouse.dblclick(...at(0.5));
      await delay(STEP_MS);
    }
  });
  await page.context().close();
  return steps(traced);
}

/** Splits a trace into steps: from each input that leads to a drawing to the next input. */
function steps(traced: Trace): Zooms {
  const inputs = traced.tasks.filter(
    ({ name, what }) =>
      name === 'EventDispatch' && ['wheel', 'pointerup', 'mouseup', 'dblclick'].includes(what ?? ''),
  );
  const draws = traced.marks.get(DRAWN) ?? [];
  const found: Zooms = { scriptMs: [], workMs: [] };
  inputs.forEach(({ startMs }, i) => {
    const endMs = Math.min(inputs[i + 1]?.startMs ?? Number.POSITIVE_INFINITY, startMs + STEP_MS);
    if (!draws.some((atMs) => atMs > startMs && atMs <= endMs)) return;
    found.scriptMs.push(scriptMs(traced, startMs, endMs));
    found.workMs.push(workMs(traced, startMs, endMs));
  });
  return found;
}

/**
 * How a page kept up with a growing run. `lagsMs` is the time from sending each event to the end of the frame that drew
 * it.
 */
type Growth = Pick<Grown, 'framesMs' | 'longTasksMs'> & { lagsMs: number[]; lastMs: number; memory: Memory };

/** Makes the large run grow by its last events, at a given rate. */
async function grow(
  browser: TestBrowser,
  child: ChildProcess,
  base: string,
  perSecond: number,
): Promise<Growth> {
  const go: Go = { last: GROWS_S * perSecond, perSecond };
  child.send(go);
  const { id } = await nextMessage(child, 'id');
  const page = await openPage(browser);
  await page.goto(`${base}/runs/${id}`);
  await page.waitForFunction(() => window.grown.draws.length > 0);
  await delay(1000);
  await page.evaluate(() => {
    window.grown = { draws: [], framesMs: [], longTasksMs: [] };
  });
  child.send('grow');
  const { sentAt } = await nextMessage(child, 'sentAt');
  const lastSeq = sentAt.at(-1)?.[0] ?? 0;
  await page.waitForFunction((seq) => (window.grown.draws.at(-1)?.seq ?? 0) >= seq, lastSeq);
  const { draws, framesMs, longTasksMs } = await page.evaluate(() => window.grown);
  const lagsMs: number[] = [];
  let draw = 0;
  for (const [seq, ms] of sentAt) {
    while ((draws[draw]?.seq ?? Number.POSITIVE_INFINITY) < seq) draw++;
    lagsMs.push((draws[draw]?.atMs ?? Number.NaN) - ms);
  }
  const memory = await memoryOf(page);
  await page.context().close();
  return { framesMs, longTasksMs, lagsMs, lastMs: lagsMs.at(-1) ?? Number.NaN, memory };
}

async function openPage(browser: TestBrowser): Promise<Page> {
  const page = await browser.open({ viewport: { width: 1280, height: 1000 } });
  await watchPage(page);
  return page;
}

/** Resolves to the server's next message that has `key`. */
async function nextMessage<Key extends 'url' | 'id' | 'sentAt'>(
  child: ChildProcess,
  key: Key,
): Promise<Extract<Message, Record<Key, unknown>>> {
  for (;;) {
    const [said] = await once(child, 'message');
    if (key in said) return said;
  }
}

const median = (values: number[]) => quantile(values, 0.5);
function memoryFigure(many: Memory, few: Memory): Figure {
  return {
    name: '(e) memory of the page',
    measured: memoryText(many),
    floor: `1,000 events: ${memoryText(few)}`,
    target: '150 MB',
    isMet: many.footprintBytes <= 150e6,
  };
}

function loadFigures(many: Load[], few: Load[], parsedMs: number): Figure[] {
  const drawn = (all: Load[]) => median(all.map(({ drawnMs }) => drawnMs));
  const work = (all: Load[]) => median(all.map(({ workMs }) => workMs));
  return [
    {
      name: '(e) last event to first draw',
      measured: ms(drawn(many)),
      floor: `1,000 events ${ms(drawn(few))}`,
      target: '300 ms',
      isMet: drawn(many) <= 300,
    },
    {
      name: '(e) work from first event to first draw',
      measured: ms(work(many)),
      floor: `JSON.parse alone ${ms(parsedMs)}`,
      target: 'to be told',
      isMet: null,
    },
  ];
}

function zoomFigure(many: Zooms, few: Zooms): Figure {
  const show = ({ scriptMs, workMs }: Zooms) =>
    `p50 ${ms(median(scriptMs))}, p95 ${ms(quantile(scriptMs, 0.95))}, all work ${ms(median(workMs))}`;
  return {
    name: `(e) script of a zoom step, ${many.scriptMs.length} steps`,
    measured: show(many),
    floor: `1,000 events: ${show(few)}`,
    target: 'p50 16 ms',
    isMet: median(many.scriptMs) <= 16,
  };
}

function growthFigure(many: Growth, few: Growth): Figure {
  const dropped = ({ framesMs }: Growth) =>
    framesMs.reduce((sum, pause) => sum + Math.max(0, Math.round((pause * 60) / 1000) - 1), 0);
  const show = (one: Growth) =>
    `lag p50 ${ms(median(one.lagsMs))}, p99 ${ms(quantile(one.lagsMs, 0.99))}, last ${ms(one.lastMs)}; ` +
    `${one.framesMs.length} frames, ${dropped(one)} dropped, ${one.longTasksMs.length} long tasks; ${memoryText(one.memory)}`;
  return {
    name: '(e) growing by 1,000 events/s',
    measured: show(many),
    floor: `by 10: ${show(few)}`,
    target: 'last 250 ms',
    isMet: many.lastMs <= 250,
  };
}
