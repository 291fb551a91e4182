/** Runs of one order, really executed: everything that is shown or exported of them speaks of steps. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { elements } from '../markup.ts';
import { type PlaygroundApp, playgroundApp } from '../playground-app.ts';

const PROGRAM = `export async function job(n, { shared, log }) {
  const seen = shared.counter.read();
  shared.counter.write(seen + 1);
  log('wrote ' + (seen + 1));
}
`;
/** A duration, as it is written elsewhere. */
const TIME = /\b\d[\d.]* (ms|s|µs)\b/;

let app: PlaygroundApp;
const ids = { loses: '', works: '' };
beforeAll(async () => {
  app = await playgroundApp();
  const spec = { modes: ['threads'], jobs: 2, minSeconds: 0, maxSeconds: 0, code: PROGRAM };
  ids.loses = await app.start({ ...spec, schedule: '1-2-1-2' });
  ids.works = await app.start({ ...spec, schedule: '1x2-2x2' });
  await Promise.all(Object.values(ids).map((id) => app.events(id)));
});
afterAll(() => app.close());

const text = async (path: string) => (await app.request(path)).text();

test('GET /runs/:id.json: an order has steps and switches instead of times, and says what it leads to', async () => {
  const of = async (id: string) => JSON.parse(await text(`/runs/${id}.json`));
  expect((await of(ids.loses)).headline).toBe(
    'In this order, job 1 overwrites what job 0 wrote: the counter is 1, not 2.',
  );
  const { headline, passes } = await of(ids.works);
  expect(headline).toBe('This order goes well: the counter is 2.');
  expect(passes).toEqual([
    {
      mode: 'threads',
      status: 'completed',
      error: null,
      done: 2,
      failed: 0,
      cutOff: 0,
      neverBegan: 0,
      unknown: 0,
      order: { schedule: '1x2-2x2', steps: 4, switches: 0 },
    },
  ]);
});

test('exports of one order name steps as their unit', async () => {
  const csv = await text(`/runs/${ids.loses}.csv`);
  expect(csv.split('\r\n')[0]).toContain('first_step,last_step,steps');
  expect(csv).toContain('turn,2,2,1');
  const trace = JSON.parse(await text(`/runs/${ids.loses}.trace.json`));
  expect(trace.otherData.times).toBe('Each millisecond is one step.');
  expect(await text(`/runs/${ids.loses}.txt`)).toMatch(/^step 3 +job 0 +wrote 1$/m);
  const svg = await text(`/runs/${ids.loses}.svg`);
  expect(svg).toMatch(/>step 1<.*>4</s);
  expect(svg.replace(/<style>.*?<\/style>/s, '')).not.toMatch(TIME);
});

test('GET /runs/:id: the page of one order lists its steps, and has no times without script', async () => {
  const html = await text(`/runs/${ids.loses}`);
  const section = html.slice(html.indexOf('<section id="run"'), html.indexOf('</run-view>'));
  expect([...section.matchAll(/data-step="(\d)"/g)].map(([, n]) => n)).toEqual(['1', '2', '3', '4']);
  expect(section).toContain('<code class="schedule">1-2-1-2</code>');
  expect(
    section.replace(/<script.*?<\/script>/gs, '').replace(/<details class="program.*?<\/pre>/gs, ''),
  ).not.toMatch(TIME);
});

test('GET /compare: two orders are compared step by step, and the first that differs is marked', async () => {
  const html = await text(`/compare?a=${ids.loses}&b=${ids.works}`);
  expect(html).toContain('They differ at step 2: in A, job 1 reads 0; in B, job 0 writes 1.');
  expect(html).toContain('data-differs="2"');
  expect([...html.matchAll(/<tr class="is-first">.*?>(\d)</g)].map(([, n]) => n)).toEqual(['2']);
});

test('an order that the program does not have: page, JSON and steps say where it stops fitting', async () => {
  const spec = { modes: ['threads'], jobs: 2, minSeconds: 0, maxSeconds: 0, code: PROGRAM };
  const begun = ['9-9-9', '1-2-9-1'].map((schedule) => app.start({ ...spec, schedule }));
  const [none = '', middle = ''] = await Promise.all(begun);
  await Promise.all([none, middle].map((id) => app.events(id)));
  const of = async (id: string) => JSON.parse(await text(`/runs/${id}.json`));
  const says = (at: number) =>
    `This order does not fit the program: its step ${at} is 9, where only 1 or 2 can be taken.`;
  expect(await of(none)).toMatchObject({ status: 'failed', headline: says(1) });
  expect((await of(middle)).headline).toBe(says(3));
  const page = await text(`/runs/${middle}`);
  expect(page).toContain(says(3));
  expect([...page.matchAll(/data-step="(\d)"/g)].map(([, n]) => n)).toEqual(['1', '2']);
});

test('an order that is longer than the program, or than the way to its deadlock, does not fit either', async () => {
  const spec = { modes: ['threads'], jobs: 2, minSeconds: 0, maxSeconds: 0 };
  const without = 'export async function job() {}';
  const stuck =
    'export async function job(n, { queue, shared }) { shared.counter.add(1); await queue.get(); }';
  const headlineOf = async (code: string, schedule: string) => {
    const id = await app.start({ ...spec, code, schedule });
    await app.events(id);
    return JSON.parse(await text(`/runs/${id}.json`)).headline;
  };
  const long = 'This order does not fit the program: it has';
  expect(await headlineOf(PROGRAM, '1-2-1-2-9-9')).toBe(`${long} 6 steps, of which only 4 can be taken.`);
  expect(await headlineOf(without, '9')).toBe(`${long} 1 step, of which none can be taken.`);
  expect(await headlineOf(stuck, '1-2-1-1')).toMatch(/^This order does not fit the program: /);
  expect(await headlineOf(stuck, '1-2')).toMatch(/deadlock|nothing can continue/i);
});

test('an order on the event loop: its text is said to list the waits that end', async () => {
  const code = 'export async function job(n, { sleep, shared }) { await sleep(1); shared.counter.add(1); }';
  const id = await app.start({ code, modes: ['event-loop'], jobs: 2, schedule: '0:1-0' });
  await app.events(id);
  const says = 'he waits that end, in order (0 is the first that can end, 0:1 the second)';
  expect(await text(`/runs/${id}`)).toContain(`T${says}: <code class="schedule">0:1-0</code>`);
  expect(await text(`/?from=${id}`)).toContain(`One order: t${says}.`);
  expect(await text(`/runs/${ids.loses}`)).toContain('The lanes that take the steps, in order (0 is main):');
});

test('a step that only looks, or limits the queue, is named with its line', async () => {
  const code = `export async function job(n, { queue, shared, log }) {
  queue.limit(3);
  const waiting = queue.size;
  log([...shared.values()].length + waiting);
}
`;
  for (const [mode, schedule] of [
    ['threads', '1x3-2x3'],
    ['event-loop', 'none'],
  ] as const) {
    const id = await app.start({ code, modes: [mode], jobs: 2, schedule });
    await app.events(id);
    const html = await text(`/runs/${id}`);
    const steps = elements(html, 'li').filter(({ text }) => text.includes('line '));
    const job = (n: number) => [
      `job ${n} limits the queue line 2`,
      `job ${n} reads the size of the queue line 3`,
      `job ${n} reads the list line 4`,
    ];
    expect(steps.map(({ text }) => text.trim())).toEqual([...job(0), ...job(1)]);
  }
  // Where the operating system gives the order, there may be very many.
  const id = await app.start({ code, modes: ['threads'], jobs: 2 });
  expect((await app.events(id)).map(({ type }) => type)).not.toContain('step-taken');
});

test('a job that ends its own thread fails in an order, as it does in a run', async () => {
  const code =
    'export async function job(n, { shared }) { shared.counter.read(); if (n === 0) process.exit(1); }';
  const endsOf = async (spec: Record<string, unknown>) => {
    const id = await app.start({ code, modes: ['threads'], jobs: 2, ...spec });
    const events = await app.events(id);
    return { id, ends: events.filter((event) => event.type === 'job-ended' && event.job === 0) };
  };
  const { id, ends } = await endsOf({ schedule: '1-2' });
  const failed = { status: 'failed', error: 'The thread exited with code 1.' };
  expect(ends).toMatchObject([failed]);
  expect((await endsOf({})).ends).toMatchObject([failed]);
  expect(await text(`/runs/${id}`)).toContain('In this order, job 0 fails: The thread exited with code 1.');
});

test('a job that kills its process ends the run of one order, as it does a run', async () => {
  const code = 'export async function job() { process.kill(process.pid, "SIGKILL"); }';
  const id = await app.start({
    code,
    modes: ['threads'],
    jobs: 1,
    minSeconds: 0,
    maxSeconds: 0,
    schedule: 'none',
  });
  await app.events(id);
  const headline = 'In this order, the program fails: The program’s process was killed by SIGKILL.';
  expect(JSON.parse(await text(`/runs/${id}.json`))).toMatchObject({ status: 'failed', headline });
});
