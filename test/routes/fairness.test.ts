/** One person cannot shut others out, whatever they send: through HTTP, on a server that runs one run at a time. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { elements } from '../markup.ts';
import {
  type Client,
  ENDLESS,
  ONE_AT_A_TIME,
  type PlaygroundApp,
  playgroundApp,
  QUICK,
} from '../playground-app.ts';

const FORM = { modes: ['sequential'], jobs: '1', minSeconds: '3000', maxSeconds: '3600' };
const SETTINGS = { MAX_WAITING: '8', MAX_WAITING_PERSON: '4', MAX_WAITING_ADDRESS: '6' };

let app: PlaygroundApp;
beforeEach(async () => {
  app = await playgroundApp({ ...ONE_AT_A_TIME, ...SETTINGS });
});
afterEach(() => app.close());

/** Submits runs until one is refused. Returns their ids and the refusal. */
async function submitAll(client: Client, headers = (_: number): Record<string, string> => ({})) {
  const ids: string[] = [];
  for (let n = 0; n < 30; n++) {
    const response = await client.sendJson('/api/runs', ENDLESS, headers(n));
    if (response.status !== 201) return { ids, refusal: response };
    ids.push((await response.json()).id);
  }
  throw new Error('None was refused.');
}

/** Submits a family of runs without end, or is refused. */
const submitFamily = (client: Client) => client.submit('/runs', { ...FORM, repeat: '2' });

/** Returns the position in the queue that a run got when it was submitted. */
async function positionOf(id: string): Promise<unknown> {
  return await app.place(id);
}

const idAt = (response: Response) => response.headers.get('location')?.split('/').at(-1) ?? '';
const cookieOf = (response: Response) => response.headers.get('set-cookie')?.split(';')[0] ?? '';

describe('fairness', () => {
  it('fairness: a program that posts without end gets the places of its address, and others go before it', async () => {
    const { ids, refusal } = await submitAll(app.program('192.0.2.1'));
    expect(ids).toHaveLength(7);
    expect(refusal.status).toBe(429);
    expect(Number(refusal.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await refusal.json()).title).toContain('You already have 6 runs waiting');
    const browser = await app.browser('192.0.2.2');
    const first = await browser.submit('/runs', FORM);
    expect(first.status).toBe(303);
    expect(await positionOf(idAt(first))).toMatchObject({ position: 1 });
  });

  it.each([
    ['made-up cookies', (n: number) => ({ Cookie: `person=${String(n).padStart(21, 'a')}` })],
    [
      'cookies with made-up signatures',
      (n: number) => ({ Cookie: `person=${String(n).padStart(21, 'a')}.${btoa('x'.repeat(32))}` }),
    ],
    ['made-up addresses', (n: number) => ({ 'X-Forwarded-For': `203.0.113.${n}` })],
  ])('fairness: %s are those of one person, who has one turn', async (_, headers) => {
    const { ids } = await submitAll(app.program('192.0.2.1'), headers);
    expect(ids).toHaveLength(7);
    const browser = await app.browser('192.0.2.2');
    expect(await positionOf(idAt(await browser.submit('/runs', FORM)))).toMatchObject({ position: 1 });
  });

  it('fairness: forms without a cookie count as their address, though each gets its own', async () => {
    for (let n = 0; n < 7; n++)
      expect((await app.newBrowser('192.0.2.1').submit('/runs', FORM)).status).toBe(303);
    expect((await app.newBrowser('192.0.2.1').submit('/runs', FORM)).status).toBe(429);
    const browser = await app.browser('192.0.2.2');
    expect(await positionOf(idAt(await browser.submit('/runs', FORM)))).toMatchObject({ position: 1 });
  });

  it('fairness: a person who has done nothing yet has one place, and more after a first run', async () => {
    const busy = await app.start(ENDLESS);
    const browser = await app.browser('192.0.2.1');
    const first = idAt(await browser.submit('/runs', { ...FORM, ...asForm(QUICK) }));
    const refused = await browser.submit('/runs', FORM);
    expect(refused.status).toBe(429);
    const page = await refused.text();
    expect(elements(page, 'div').find(({ attributes }) => attributes.id === 'form-message')?.text).toContain(
      'You can start more once your first run has ended.',
    );
    await app.playground.runs.cancel(busy);
    await app.events(first);
    for (let n = 0; n < 5; n++) expect((await browser.submit('/runs', FORM)).status).toBe(303);
    expect((await browser.submit('/runs', FORM)).status).toBe(429);
  });

  it('fairness: for a first run that finds the queue full, the last of the greediest gives up its place, and says so', async () => {
    const { ids } = await submitAll(app.program('192.0.2.1'));
    for (const n of [1, 2]) await (await app.browser(`198.51.100.${n}`)).submit('/runs', FORM);
    expect(await app.playground.runs.load()).toMatchObject({ waiting: 8 });
    const browser = await app.browser('192.0.2.2');
    const mine = await browser.submit('/runs', FORM);
    expect(mine.status).toBe(303);
    expect(await app.playground.runs.load()).toMatchObject({ waiting: 8 });
    const last = ids.at(-1) ?? '';
    expect((await app.events(last)).at(-1)).toMatchObject({ type: 'run-ended', status: 'cancelled' });
    const page = await (await browser.get(`/runs/${last}`)).text();
    // Its owner did not cancel it, so the sentence above the drawing says why.
    expect(page).toMatch(
      /"run-sentence">Too many runs were waiting, so this one gave up its place to another/,
    );
    expect(page).not.toContain('Cancelled before it began');
  });

  it('fairness: families have places in the same way', async () => {
    const greedy = await app.browser('192.0.2.1');
    const first = await greedy.submit('/runs', asForm(QUICK));
    await app.events(idAt(first));
    const families: string[] = [];
    for (let n = 0; n < 4; n++) families.push(idAt(await submitFamily(greedy)));
    expect((await submitFamily(greedy)).status).toBe(429);
    const other = await app.browser('192.0.2.2');
    const mine = await submitFamily(other);
    expect(mine.status).toBe(303);
    const { runs } = await (await app.request(`/families/${idAt(mine)}.json`)).json();
    expect(await positionOf(runs[0].id)).toMatchObject({ position: 1 });
  });

  it('fairness: for a first family that finds all places taken, the last of the greediest is cancelled', async () => {
    await app.close();
    app = await playgroundApp({ ...ONE_AT_A_TIME, MAX_WAITING: '2' });
    const greedy = app.program('192.0.2.1');
    const families: string[] = [];
    for (let n = 0; n < 3; n++)
      families.push((await (await greedy.sendJson('/api/runs', { ...ENDLESS, repeat: 2 })).json()).id);
    expect((await greedy.sendJson('/api/runs', { ...ENDLESS, repeat: 2 })).status).toBe(503);
    const other = await app.browser('192.0.2.2');
    expect((await submitFamily(other)).status).toBe(303);
    const statuses = async () => {
      const all = await Promise.all(families.map((id) => app.playground.families.get(id)));
      return all.map((family) => family?.status);
    };
    await expect.poll(statuses).toEqual([null, null, 'cancelled']);
  });

  it('fairness: a cookie is one person wherever it is used', async () => {
    const browser = app.newBrowser('192.0.2.1');
    const Cookie = cookieOf(await browser.get('/'));
    await app.start(ENDLESS);
    await browser.submit('/runs', FORM);
    expect((await app.program('192.0.2.9').sendJson('/api/runs', ENDLESS, { Cookie })).status).toBe(429);
  });
});

describe('fair use', () => {
  it('fair use: runs at once and runs a minute have limits per cookie; the form stays as it is', async () => {
    await app.close();
    const limits = { MAX_RUNS_PERSON: '2', RUNS_PER_MINUTE: '2' };
    app = await playgroundApp({ ...ONE_AT_A_TIME, ...limits, TRUST_PROXY: '1' });
    const browser = await app.browser('192.0.2.1');
    const mine: string[] = [];
    for (let n = 0; n < 2; n++) mine.push(idAt(await browser.submit('/runs', FORM)));
    const refused = await browser.submit('/runs', { ...FORM, seed: '7' }, { 'HX-Request': 'true' });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('hx-retarget')).toBe('#form-message');
    expect(await refused.text()).toBe(
      'You already have 2 runs waiting or under way. Try again in 5 seconds.',
    );
    const page = await browser.submit('/runs', { ...FORM, seed: '7' });
    expect(page.status).toBe(429);
    const seed = elements(await page.text(), 'input').find(({ attributes }) => attributes.name === 'seed');
    expect(seed?.attributes.value).toBe('7');

    // A class behind the same address is not concerned, however many they are.
    const others = await Promise.all(Array.from({ length: 30 }, () => app.browser('192.0.2.1')));
    for (const other of others) expect((await other.submit('/runs', FORM)).status).toBe(303);
    for (const id of mine) await app.playground.runs.cancel(id);
    const late = await browser.submit('/runs', FORM);
    expect(late.status).toBe(429);
    expect(await late.text()).toContain('You may start 2 runs a minute. Try again in ');
  });

  it('fair use: each run of a family counts, and its page says what the next one waits for', async () => {
    await app.close();
    app = await playgroundApp({ RUNS_PER_MINUTE: '1', PEOPLE_PER_ADDRESS: '1' });
    const { url } = await (await app.program().sendJson('/api/runs', { ...QUICK, repeat: 2 })).json();
    const page = async () => (await app.request(url, { headers: { Accept: 'text/html' } })).text();
    await expect
      .poll(page)
      .toContain('The next run waits. You and others at your network address may start 1 run a');
    expect((await (await app.request(`${url}.json`)).json()).status).toBeNull();
  });

  it('fair use: programs that do not compile count a little, so that nobody keeps the compiler busy', async () => {
    await app.close();
    app = await playgroundApp({ RUNS_PER_MINUTE: '10' });
    const [busy, other] = [await app.browser(), await app.browser()];
    const send = (client: Client) => client.submit('/runs', { ...FORM, runtime: 'deno', code: 'let ;' });
    let count = 0;
    let refused = await send(busy);
    for (; refused.status === 422 && count < 100; count++) refused = await send(busy);
    expect(refused.status).toBe(429);
    expect(count).toBeGreaterThan(0);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const page = await refused.text();
    expect(page).toContain('You have sent too many programs within a minute. Try again in ');
    expect(elements(page, 'textarea')[0]?.text).toContain('let ;');
    expect((await send(other)).status).toBe(422);
  });

  it('fair use: computing time counts while a run is under way, and JSON gets a problem', async () => {
    await app.close();
    app = await playgroundApp({ CPU_SECONDS_PER_HOUR: '1', PEOPLE_PER_ADDRESS: '1' });
    const spec = { modes: ['sequential'], jobs: 1, minSeconds: 60, maxSeconds: 60, work: 'compute' };
    const id = await app.start(spec);
    const next = async () => (await app.program().sendJson('/api/runs', QUICK)).status;
    await expect.poll(next, { timeout: 20_000, interval: 200 }).toBe(429);
    expect((await app.playground.runs.get(id))?.log.isEnded).toBe(false);
    await app.playground.runs.cancel(id);
    const refused = await app.program().sendJson('/api/runs', QUICK);
    expect(refused.headers.get('content-type')).toBe('application/problem+json');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(60);
    expect((await refused.json()).title).toContain('of computing time an hour.');
  });
});

/** The fields of a form. */
function asForm({ modes, jobs, minSeconds, maxSeconds }: typeof QUICK) {
  return { modes, jobs: String(jobs), minSeconds: String(minSeconds), maxSeconds: String(maxSeconds) };
}
