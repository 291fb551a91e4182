/** Runs of a room that compute: alone on their cores, one after the other, or sharing them if the teacher says so. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Room } from '../../server/rooms/room.ts';
import { type Client, type PlaygroundApp, playgroundApp } from '../playground-app.ts';

let app: PlaygroundApp;
let room: Room;
let teacher: Client;
let learners: Client[];
beforeAll(async () => {
  app = await playgroundApp({ CORES: '1' });
  room = await app.playground.rooms.create('computing');
  teacher = await app.browser();
  learners = await Promise.all([1, 2].map(() => app.browser()));
  for (const learner of learners) await learner.submit(`/rooms/${room.code}/join`, { name: '' });
});
afterAll(() => app.close());

/** Starts a run of each learner, one after the other, and returns their ids. */
async function computeAll(): Promise<string[]> {
  const ids: string[] = [];
  for (const learner of learners) ids.push(await compute(learner));
  return ids;
}

/** Starts a run in the room that computes until it is stopped, and returns its id. */
async function compute(by: Client): Promise<string> {
  const spec = { modes: ['sequential'], jobs: '1', minSeconds: '3000', maxSeconds: '3000', work: 'compute' };
  const answer = await by.submit('/runs', { ...spec, lesson: 'one-by-one', room: room.code });
  return /^\/runs\/([\w-]+)/.exec(answer.headers.get('location') ?? '')?.[1] ?? '';
}

const teachPage = async () =>
  (await teacher.get(`/rooms/${room.code}/teach/part?key=${room.teacherKey}`)).text();
const share = (on: string) => teacher.submit(`/rooms/${room.code}/cores?key=${room.teacherKey}`, { on });
const start = (event: RunEvent) => event.type === 'job-started';

it('cores: the teacher sees what taking turns means, and only the teacher may change it', async () => {
  await room.set({ lesson: 'computing' });
  const page = await teachPage();
  expect(page).toMatch(/If everyone runs it, that takes 2 × [\d.]+ (s|min): about [\d.]+ (s|min)/);
  expect(page).toContain('Let runs share cores');
  await room.set({ lesson: 'one-by-one' });
  expect(await teachPage()).not.toContain('If everyone runs it');
  const [learner] = learners;
  expect((await learner?.submit(`/rooms/${room.code}/cores`, { on: '1' }))?.status).toBe(404);
  expect(room.state.sharesCores).toBe(false);
});

it('cores: who waits goes ahead once they are shared, and each says so beside its figures', async () => {
  const [first = '', second = ''] = await computeAll();
  const running = app.playground.runs;
  await app.until(first, start);
  expect(await app.place(second)).toMatchObject({ position: 1 });
  expect((await share('1')).status).toBe(303);
  await app.until(second, start);
  expect(await running.load()).toEqual({ active: 2, waiting: 0 });
  expect(await teachPage()).toContain('Give each run its own cores');
  for (const id of [first, second]) await running.cancel(id);
  for (const id of [first, second]) {
    const ended = (await app.events(id)).find(({ type }) => type === 'pass-ended');
    expect(ended).toMatchObject({ paused: { sharedWith: 1 } });
    const page = await (await teacher.get(`/runs/${id}`)).text();
    expect(page).toContain('the program shared the cores with 1 other run');
    expect(page).toContain('>shared cores</small>');
  }
  await share('0');
  const [third = '', fourth = ''] = await computeAll();
  await app.until(third, start);
  expect(await app.place(fourth)).toMatchObject({ position: 1 });
  for (const id of [fourth, third]) await running.cancel(id);
  const ended = (await app.events(third)).find(({ type }) => type === 'pass-ended');
  expect(ended).not.toHaveProperty('paused.sharedWith');
});
