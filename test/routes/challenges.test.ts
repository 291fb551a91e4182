/** Pages of challenges: the list, the form with every order to try, and what a search and one order say of them. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Status } from '../../server/protocol/facts.ts';
import { DEFAULT_SCHEDULES } from '../../server/spec/explore.ts';
import { misfitError } from '../../server/spec/schedule.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { FIXES } from '../challenges/fixes.ts';
import { KEPT, searchEnd, searchLog } from '../figures/made-searches.ts';
import { elements, fieldErrors, formFields } from '../markup.ts';
import { type Client, type PlaygroundApp, playgroundApp } from '../playground-app.ts';
import { readAndWrite } from '../timeline/made-orders.ts';

let app: PlaygroundApp;
let reader: Client;
let spec: Spec;
const [BREAKS, FIXED] = ['B'.repeat(21), 'F'.repeat(21)];
beforeAll(async () => {
  app = await playgroundApp({ SANDBOX: 'permissions' });
  reader = await app.browser();
  const challenge = app.playground.challenges[0];
  if (challenge === undefined) throw new Error('There are no challenges.');
  spec = {
    ...{ lesson: '', code: challenge.program, modes: ['threads'], runtime: 'deno', jobs: 2, workers: null },
    ...{ minSeconds: 0, maxSeconds: 0, work: 'wait', seed: 1, challenge: challenge.slug },
    explore: { preemptions: null, schedules: DEFAULT_SCHEDULES },
  };
  await store(BREAKS, searchLog(), spec);
  const code = `${FIXES[challenge.slug]?.job}\n\n${challenge.check}`;
  const end = searchEnd({ failing: 0, outcomes: 1, overlap: { orders: 0, steps: 2 } });
  await store(FIXED, searchLog([KEPT, end], { same: [true] }), { ...spec, code });
});
afterAll(() => app.close());

/** Stores a search that has ended, and its family. */
async function store(family: string, lines: string[], of: Spec): Promise<void> {
  const { store } = app.playground.storage;
  const common = { person: 'ann', spec: of, createdAt: Date.now() };
  const run = family.toLowerCase();
  await store.createFamily({ ...common, id: family, kind: 'exploration', count: 1, status: null });
  await store.create({ ...common, id: run, status: null, member: { family, number: 1 } });
  await store.append(run, 1, lines);
  await store.end(run, 'completed');
  await store.endFamily(family, 'completed');
}

const text = async (path: string) => (await reader.get(path)).text();
const hrefs = (page: string) => elements(page, 'a').map(({ attributes }) => attributes.href);

/** Stores a run of one order of the challenge's own program that has ended, and returns what its page says of it. */
async function verdictOn(name: string, error: string | null, status: Status): Promise<string> {
  const id = name.padEnd(21, '-');
  const schedule = '1-2-1-2';
  const log = readAndWrite(schedule).map((event) => {
    if (event.type === 'pass-ended') return { ...event, status, error };
    return event.type === 'run-ended' ? { ...event, status } : event;
  });
  const { store } = app.playground.storage;
  const { explore: _, ...rest } = spec;
  await store.create({
    ...{ id, spec: { ...rest, explore: null, schedule }, person: 'ann', createdAt: Date.now(), status },
  });
  await store.append(
    id,
    1,
    log.map((event) => JSON.stringify(event)),
  );
  const page = await text(`/runs/${id}`);
  const intro = page.slice(page.indexOf('id="intro"'), page.indexOf('</section>'));
  return ['Broken.', 'The program has no such order.', 'the program goes well']
    .filter((words) => intro.includes(words))
    .join(' ');
}

describe('challenges', () => {
  it('GET /challenges: links to each; every page, and the lessons that have one, lead there', async () => {
    const links = hrefs(await text('/challenges'));
    for (const { slug } of app.playground.challenges) expect(links).toContain(`/challenges/${slug}`);
    expect(hrefs(await text('/terms'))).toContain('/challenges');
    for (const slug of [
      'lost-update',
      'which-lock',
      'deadlock',
      'semaphore',
      'wait-notify',
      'producer-consumer',
    ])
      expect(hrefs(await text(`/lessons/${slug}`))).toContain(`/challenges/${slug}`);
    expect(hrefs(await text('/lessons/join'))).not.toContain('/challenges/join');
  });

  it('GET /challenges/:slug: the form has the program, its jobs and every order to try', async () => {
    const page = await text('/challenges/dining-philosophers');
    expect(formFields(page)).toMatchObject({
      challenge: ['dining-philosophers'],
      jobs: ['3'],
      modes: ['threads'],
    });
    expect(formFields(page)).toMatchObject({ explore: ['true'], lesson: [''] });
    expect(elements(page, 'textarea')[0]?.text).toContain('Dining philosophers');
    expect((await reader.get('/challenges/none')).status).toBe(404);
  });

  it('POST /runs: refuses a challenge that does not exist, at its field', async () => {
    const fields = {
      ...formFields(await text('/challenges/lost-update')),
      code: spec.code,
      challenge: '<b>',
    };
    const response = await reader.submit('/runs', fields);
    expect(response.status).toBe(422);
    expect(fieldErrors(await response.text()).challenge).toContain('There is no such challenge.');
  });

  it('POST /api/runs: refuses a challenge without a program, which would search that of another lesson', async () => {
    const response = await reader.sendJson('/api/runs', { challenge: 'lost-update', explore: true });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({
      errors: [{ field: 'code', message: 'Enter the program that is to meet the challenge.' }],
    });
  });

  it('GET /runs/:id: an order that the program does not have breaks no challenge, nor does one that was stopped', async () => {
    expect(await verdictOn('broken', 'Check failed: Error: no', 'failed')).toBe('Broken.');
    expect(await verdictOn('well', null, 'completed')).toBe('the program goes well');
    const misfit = misfitError(0, { lane: 9, answer: 0 }, [{ lane: 1, answer: 0 }]);
    expect(await verdictOn('misfit', misfit, 'failed')).toBe('The program has no such order.');
    expect(await verdictOn('stopped', null, 'cancelled')).toBe('');
  });

  it('GET /families/:id: says of the challenge’s own program that it fails, and of a fix what it costs', async () => {
    expect(await text(`/families/${BREAKS}`)).toContain('This program fails in 4 of 6 orders.');
    const fixed = await text(`/families/${FIXED}`);
    expect(fixed).toContain('Fixed: no order fails, of 6.');
    expect(fixed).toContain('it takes everything one by one');
    // Solved by somebody else.
    expect(fixed).not.toContain('data-solves');
    const again = await text(`/?from=${FIXED}`);
    expect(formFields(again)).toMatchObject({ challenge: ['lost-update'], explore: ['true'] });
    expect(JSON.parse(await text(`/families/${FIXED}.json`)).challenge).toMatchObject({
      is: 'fixed',
      orders: 6,
    });
  });
});
