/** Being the scheduler: a program that is executed by hand, by requests. Real processes. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { everyday, seldom } from '../everyday.ts';
import { elements, fieldErrors } from '../markup.ts';
import { type Client, type Fields, type PlaygroundApp, playgroundApp } from '../playground-app.ts';

const FIELDS: Fields = {
  lesson: 'lost-update',
  modes: ['event-loop', 'threads', 'processes'],
  runtime: 'node',
  // Jobs 0 and 2 read and write; job 1 then adds in one step.
  jobs: '3',
  workers: '',
  minSeconds: '1',
  maxSeconds: '1',
  work: 'wait',
  seed: '7',
  repeat: '',
  sweep: '',
};

/** The order in which job 2 overwrites what job 0 wrote. */
const LOSING = ['0:0', '1:0', '2:0', '1:0', '2:0', '0:0', '0:0', '3:0', '0:0'];

/** A game as its page shows it. */
type Shown = { status: number; sentence: string; steps: string[]; at: string; text: string };

async function shown(response: Response): Promise<Shown> {
  const text = await response.text();
  const [sentence] = elements(text, 'h2');
  const buttons = elements(text, 'button').filter(({ attributes }) => attributes.name === 'step');
  const [at] = elements(text, 'input').filter(({ attributes }) => attributes.name === 'at');
  return {
    status: response.status,
    sentence: sentence?.text ?? '',
    steps: buttons.map(({ attributes }) => attributes.value ?? ''),
    at: at?.attributes.value ?? '',
    text,
  };
}

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

async function begin(client: Client, fields: Fields = {}): Promise<string> {
  const response = await client.submit('/games', { ...FIELDS, ...fields });
  expect([response.status, await response.text()]).toEqual([303, '']);
  return response.headers.get('location') ?? '';
}

/** Takes steps as a browser without script does, and returns the page after the last. */
async function play(client: Client, game: string, steps: readonly string[]): Promise<Shown> {
  let now = await shown(await client.get(game));
  for (const step of steps) {
    const response = await client.submit(`${game}/pick`, { at: now.at, step });
    expect(response.status).toBe(303);
    now = await shown(await client.get(response.headers.get('location') ?? ''));
  }
  return now;
}

const move = async (client: Client, path: string, fields: Fields) =>
  shown(await client.submit(path, fields, { 'HX-Request': 'true' }));

/** Resolves when the server has no process left for games. */
async function noneLeft(of: PlaygroundApp): Promise<void> {
  await vi.waitFor(() => expect(of.playground.plays.processes).toBe(0), { timeout: 5000 });
}

describe('games', () => {
  it('a game: each lane shows its next step, and an update is lost by hand, then saved', async () => {
    const client = await app.browser();
    const game = await begin(client);
    const first = await play(client, game, LOSING.slice(0, 1));
    expect([first.sentence, first.steps]).toEqual(['Step 1: main writes 0.', ['1:0', '2:0']]);
    expect(first.text).toContain('Let it go: job 2 reads the counter');
    expect(first.text).toContain('<code>const seen = shared.counter.read();</code>');
    const end = await play(client, game, LOSING.slice(1));
    expect(end.sentence).toContain('In this order, job 2 overwrites what job 0 wrote.');
    expect(end.text).toContain('Make it lose an update <span class="done">');
    const saved = await client.submit(`${game}/save`, { at: end.at });
    expect(saved.status).toBe(303);
    const id = saved.headers.get('location')?.split('/').at(-1) ?? '';
    const again = await client.submit(`${game}/save`, { at: end.at });
    expect(again.headers.get('location')).toBe(saved.headers.get('location'));
    // In another window of the same game, another order was played to its end.
    const other = await client.submit(`${game}/save`, { schedule: '0-1x2-2x2-0x2-3-0' });
    expect([other.status, await other.text()]).toEqual([
      422,
      expect.stringContaining('This game went on in another window.'),
    ]);
    await app.events(id);
    const run = await app.playground.runs.get(id);
    expect([run?.spec.schedule, run?.spec.modes]).toEqual(['0-1-2-1-2-0x2-3-0', ['threads']]);
    const page = await (await client.get(`/runs/${id}`)).text();
    expect(page).toContain(end.sentence);
  });

  seldom('on Deno, the same order leads to the same', async () => {
    const client = await app.browser();
    const end = await play(client, await begin(client, { runtime: 'deno' }), LOSING);
    expect(end.sentence).toContain('In this order, job 2 overwrites what job 0 wrote.');
  });

  it('undo: takes back one step at a time, and the order can go on otherwise', async () => {
    const client = await app.browser();
    const game = await begin(client);
    await play(client, game, ['0:0', '1:0', '2:0']);
    const back = await move(client, `${game}/undo`, { at: '3' });
    expect([back.status, back.at, back.sentence]).toEqual([200, '2', 'Step 2: job 0 reads 0.']);
    const well = await play(client, game, ['1:0', '2:0', '2:0', '0:0', '0:0', '3:0', '0:0']);
    expect(well.sentence).toContain('This order goes well');
    expect(well.text).toContain('Let it go well <span class="done">');
    expect((await move(client, `${game}/again`, { at: '9' })).at).toBe('0');
    const none = await move(client, `${game}/undo`, { at: '0' });
    expect([none.status, none.at]).toEqual([422, '0']);
  });

  it('a step twice: the second request is for a position that has passed, and changes nothing', async () => {
    const client = await app.browser();
    const game = await begin(client);
    const both = [1, 2].map(() => move(client, `${game}/pick`, { at: '0', step: '0:0' }));
    expect((await Promise.all(both)).map(({ status, at }) => [status, at])).toEqual([
      [200, '1'],
      [200, '1'],
    ]);
  });

  it('a step that cannot be taken is refused with words, whatever it is', async () => {
    const client = await app.browser();
    const game = await begin(client);
    for (const step of ['1:0', '3:0', '0:1', '', 'x', '1x3', '1-2', '9'.repeat(50)]) {
      const refused = await move(client, `${game}/pick`, { at: '0', step });
      expect([step, refused.status, refused.at]).toEqual([step, 422, '0']);
      expect(refused.text).toContain('This step cannot be taken now.');
    }
    expect((await move(client, `${game}/pick`, { step: '0:0' })).at).toBe('0');
    expect((await client.submit(`${game}/save`, {})).status).toBe(422);
  });

  it('a game is its player’s own', async () => {
    const [client, other] = [await app.browser(), await app.browser()];
    const game = await begin(client);
    for (const path of ['', '/pick', '/undo', '/again', '/rest', '/save']) {
      const request = path === '' ? other.get(game) : other.submit(game + path, { at: '0', step: '0:0' });
      expect([path, (await request).status]).toEqual([path, 404]);
    }
    expect((await play(client, game, [])).at).toBe('0');
  });

  it('a form with mistakes is refused as for a run', async () => {
    const client = await app.browser();
    const refused = await client.submit('/games', { ...FIELDS, jobs: 'many', runtime: 'other' });
    expect(refused.status).toBe(422);
    expect(Object.keys(fieldErrors(await refused.text())).sort()).toEqual(['jobs', 'runtime']);
    const many = await client.submit('/games', { ...FIELDS, jobs: '31' });
    expect(fieldErrors(await many.text()).jobs).toContain('from 1 to 30');
    const wrong = await client.submit('/games', { ...FIELDS, code: 'export function job( {' });
    expect(wrong.status).toBe(422);
    expect((await client.sendJson('/games', {})).status).toBe(415);
  });

  it('a deadlock is found by hand', async () => {
    const client = await app.browser();
    const game = await begin(client, { lesson: 'deadlock', jobs: '4' });
    // Jobs 0 and 1, one after another; then job 2 takes A, and job 3 takes B.
    const before = ['1:0', '1:0', '1:0', '1:0', '2:0', '2:0', '2:0', '2:0'];
    const end = await play(client, game, [...before, '3:0', '4:0', '3:0', '4:0']);
    expect(end.sentence).toContain('leads to a deadlock');
    expect(end.text).toContain('Make it deadlock <span class="done">');
    expect(end.text).toContain('held by job 2');
    // A lane that waits has not ended.
    const rest = elements(end.text, 'span').filter(({ attributes }) => attributes.class === 'next quiet');
    expect(rest.map(({ text }) => text)).toEqual([
      'waits for job 2',
      'has ended',
      'has ended',
      'waits for lock B',
      'waits for lock A',
    ]);
  });

  it('on the event loop, each step is the end of a wait, of the job that waited, with its line', async () => {
    const client = await app.browser();
    const game = await begin(client, { modes: ['event-loop'] });
    const first = await play(client, game, []);
    const names = (text: string) =>
      elements(text, 'button').flatMap(({ attributes }) =>
        attributes.name === 'step' ? [attributes['aria-label']] : [],
      );
    expect(names(first.text)).toEqual(['0 Let it go: job 0 wakes up', '1 Let it go: job 2 wakes up']);
    expect(first.text).toContain('<code>await work(random());</code>');
    const end = await play(client, game, ['0:1']);
    expect(end.sentence).toContain('In this order, job 0 overwrites what job 2 wrote.');
    // A timer of the program's own.
    const [runtime = ''] = app.playground.health.offered(true);
    const code = `export async function job(n, { shared, sleep }) {
  setTimeout(() => shared.push(n), 5);
  await sleep(1);
}`;
    const own = await begin(client, { lesson: '', code, runtime, jobs: '1' });
    expect(names((await play(client, own, [])).text)).toEqual([
      '1 Let it go: job 0 goes on: its timer ends',
      'Let it go: job 0 wakes up',
    ]);
  });

  it('a game leads back to the lesson or the challenge that it was begun from', async () => {
    const client = await app.browser();
    const above = async (fields: Fields) => {
      const { text } = await play(client, await begin(client, fields), []);
      return (
        /<p class="quiet">((?:Lesson|Challenge): <a href="[^"]*">.*?<\/a>)<\/p>\n<h1>/.exec(text)?.[1] ?? null
      );
    };
    expect(await above({})).toBe('Lesson: <a href="/lessons/lost-update">Lost updates</a>');
    const [runtime = ''] = app.playground.health.offered(true);
    const code = app.playground.challenges.find(({ slug }) => slug === 'deadlock')?.program ?? '';
    const own = { lesson: '', code, runtime, jobs: '2' };
    expect(await above({ ...own, challenge: 'deadlock' })).toBe(
      'Challenge: <a href="/challenges/deadlock">Deadlock</a>',
    );
    expect(await above(own)).toBe(null);
    // In a room, it leads back into the room.
    const made = await (await app.browser()).submit('/rooms', { lesson: 'join' });
    const [, room = ''] = /^\/rooms\/([A-Z]{4})/.exec(made.headers.get('location') ?? '') ?? [];
    expect((await client.submit(`/rooms/${room}/join`, { name: 'Blue Heron' })).status).toBe(303);
    expect(await above({ room })).toContain(`href="/rooms/${room}/lessons/lost-update"`);
    const challenge = await above({ ...own, challenge: 'deadlock', room });
    expect(challenge).toContain(`href="/challenges/deadlock?room=${room}"`);
  });

  it.each(
    everyday(
      [
        ['computes for ever', 'for (;;);', 'computed for more than 5 s'],
        ['exits', 'process.exit(3)', 'exited with code 3'],
        ['throws', "throw new Error('no')", 'Job 0 failed: Error: no'],
      ] as const,
      3,
    ),
  )('a program that %s says so, and its last step can be taken back', async (_, what, words) => {
    const client = await app.browser();
    const [runtime = ''] = app.playground.health.offered(true);
    const code = `export function job(n, { shared }) { shared.counter.add(1); ${what}; }`;
    const game = await begin(client, { lesson: '', code, runtime, jobs: '1' });
    const end = await play(client, game, ['1:0']);
    expect(end.text).toContain(words);
    const back = await move(client, `${game}/undo`, { at: '1' });
    expect([back.status, back.at, back.steps]).toEqual([200, '0', ['1:0']]);
  });

  it('a program whose await at the top never ends says so', async () => {
    const client = await app.browser();
    const code = 'await new Promise(() => {});\nexport function job() {}';
    const game = await begin(client, { lesson: '', code, runtime: 'node', jobs: '1' });
    expect((await play(client, game, [])).text).toContain('An await outside of its functions never ends.');
  });

  it('the process ends when its player leaves, and begins again with the steps of the game', async () => {
    const client = await app.browser();
    const game = await begin(client);
    await play(client, game, ['0:0', '1:0']);
    const all = app.playground.plays.processes;
    expect((await client.submit(`${game}/rest`)).status).toBe(204);
    expect(app.playground.plays.processes).toBe(all - 1);
    expect((await play(client, game, [])).at).toBe('2');
    expect((await play(client, game, ['2:0'])).sentence).toBe('Step 3: job 2 reads 0.');
    // A page that is reloaded before the answer to a step takes its leave while the step is being taken.
    const step = move(client, `${game}/pick`, { at: '3', step: '1:0' });
    const left = client.submit(`${game}/rest`);
    expect([(await step).sentence, (await left).status]).toEqual(['Step 4: job 0 writes 1.', 204]);
    expect(await play(client, game, [])).toMatchObject({ at: '4', sentence: 'Step 4: job 0 writes 1.' });
    // Another game of the same player takes the place of its process.
    await begin(client);
    await vi.waitFor(() => expect(app.playground.plays.processes).toBe(all));
  });
});

describe('bounds', () => {
  it('too many at once are refused; a process that waits for long ends; none is left at the end', async () => {
    const small = await playgroundApp({ MAX_PLAYS: '1', PLAY_IDLE_SECONDS: '1' });
    try {
      const [client, other] = [await small.browser(), await small.browser()];
      const game = await begin(client);
      const refused = await other.submit('/games', FIELDS);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '10']);
      expect(await refused.text()).toContain('1 person is being the scheduler now.');
      await noneLeft(small);
      await begin(other);
      await noneLeft(small);
      expect((await play(client, game, ['0:0'])).at).toBe('1');
    } finally {
      await small.close();
    }
    expect(small.playground.plays.processes).toBe(0);
  });

  seldom('with MAX_PLAYS=0, nobody is the scheduler', async () => {
    const none = await playgroundApp({ MAX_PLAYS: '0' });
    try {
      const client = await none.browser();
      expect(await (await client.get('/')).text()).not.toContain('Be the scheduler');
      expect((await client.submit('/games', FIELDS)).status).toBe(503);
    } finally {
      await none.close();
    }
  });
});
