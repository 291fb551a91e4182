/** Drawings of large runs and pictures: off the main thread, and the same for everyone who asks at one moment. */
import { decode } from 'fast-png';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { DrawTask } from '../../server/exports/draw.ts';
import { Drawings } from '../../server/exports/drawings.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { madeRun, madeSpec } from '../bench/made-run.ts';
import { madeEntry } from '../bench/store-run.ts';
import { type PlaygroundApp, playgroundApp } from '../playground-app.ts';

const LARGE = { lanes: 20, events: 1500, perSecond: 500 };
const lines = madeRun(LARGE).map((event) => JSON.stringify(event));
const idOf = (letter: string) => letter.repeat(21);

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
  const store = new SqliteStore(app.folder);
  for (const letter of ['a', 'b']) {
    await store.create(madeEntry(idOf(letter), LARGE));
    store.append(idOf(letter), 1, lines);
  }
  await store.close();
});
afterAll(() => app.close());

/** Resolves with what `work` does, and how many turns the event loop took meanwhile. */
async function turnsDuring<T>(work: () => Promise<T>): Promise<{ result: T; turns: number }> {
  let turns = 0;
  let isOver = false;
  const turn = () => {
    turns++;
    if (!isOver) setImmediate(turn);
  };
  setImmediate(turn);
  const result = await work().finally(() => {
    isOver = true;
  });
  return { result, turns };
}

it('GET /compare: forty at once share one drawing of two large runs, and the server goes on meanwhile', async () => {
  const address = `/compare?a=${idOf('a')}&b=${idOf('b')}`;
  const get = async () => {
    const response = await app.request(address);
    return { status: response.status, text: await response.text() };
  };
  const { result, turns } = await turnsDuring(() => Promise.all(Array.from({ length: 40 }, get)));
  // Not shared, most would be refused, because so many must not wait.
  for (const { status, text } of result) {
    expect(status).toBe(200);
    expect(text).toBe(result[0]?.text);
  }
  expect(result[0]?.text).toContain('<compare-view');
  // The thread alone takes longer to start than so many turns.
  expect(turns).toBeGreaterThan(100);
  const words = await app.request(address, { headers: { 'HX-Request': 'true' } });
  expect(await words.text()).not.toContain('<compare-view');
});

it('GET .svg: a large one is drawn off the main thread too, and is the whole drawing', async () => {
  const svg = async () => (await app.request(`/runs/${idOf('a')}.svg`)).text();
  const { result, turns } = await turnsDuring(svg);
  expect(turns).toBeGreaterThan(100);
  expect(result).toMatch(/^<svg.*<\/svg>\s*$/s);
  expect(await svg()).toBe(result);
});

it('card: events of a run under way do not each take a picture; its end does', async () => {
  const drawings = new Drawings();
  const at = (events: number): DrawTask => ({
    kind: 'card',
    run: {
      id: 'live',
      spec: madeSpec(LARGE),
      lesson: null,
      claimAddress: null,
      spanMs: 1000,
      pools: {},
      whyFixed: { ts: null, py: null },
      isFixed: false,
      base: '',
      lines: lines.slice(0, events),
    },
    style: '',
  });
  const [first, meanwhile] = await Promise.all([drawings.of(at(100), false), drawings.of(at(150), false)]);
  expect(meanwhile).toBe(first);
  expect(await drawings.of(at(200), false)).toBe(first);
  const end = await drawings.of(at(lines.length), true);
  expect(end).not.toBe(first);
  expect(decode(end as Uint8Array).width).toBe(1200);
  expect(await drawings.of(at(lines.length), true)).toBe(end);
});
