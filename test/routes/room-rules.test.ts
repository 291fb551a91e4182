/** The rules of a room: which lessons it offers, and how much a run in it may take. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Room } from '../../server/rooms/room.ts';
import { elements, inputOf } from '../markup.ts';
import {
  type Client,
  ENDLESS,
  type Fields,
  type PlaygroundApp,
  playgroundApp,
  QUICK,
} from '../playground-app.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp({ MAX_JOBS: '50', PASS_SECONDS: '30' });
});
afterAll(() => app.close());

let teacher: Client;
let room: Room;
let ann: Client;
const rules = (fields: Fields, key = room.teacherKey) =>
  teacher.submit(`/rooms/${room.code}/rules?key=${key}`, fields);
const run = (fields: Fields) =>
  ann.submit('/runs', {
    ...QUICK,
    lesson: 'join',
    jobs: '1',
    minSeconds: '0',
    maxSeconds: '0',
    room: room.code,
    ...fields,
  });
const pageOf = async (path: string) => (await ann.get(path)).text();
const errorsIn = (page: string) =>
  elements(page, 'p')
    .filter(({ attributes }) => attributes.class === 'error')
    .map(({ attributes, text }) => [attributes.id, text]);

beforeEach(async () => {
  teacher = await app.browser();
  room = await app.playground.rooms.create('join');
  ann = await app.browser();
  await ann.submit(`/rooms/${room.code}/join`, { name: 'Ann' });
});

describe('the rules of a room', () => {
  it('lessons: members open and run those, and the one that the room is about; all are offered until some are chosen', async () => {
    const all = `/rooms/${room.code}/lessons/deadlock`;
    expect((await ann.get(all)).status).toBe(200);
    expect((await rules({ lesson: ['computing', 'nothing'] })).status).toBe(303);
    const page = await pageOf(`/rooms/${room.code}/lessons/computing`);
    expect(page).toContain(`name="room" value="${room.code}"`);
    const strip = elements(page, 'li').flatMap(({ attributes }) => attributes['data-lesson'] ?? []);
    expect(strip).toEqual(['join', 'computing']);
    expect(page).toContain(`<a href="/rooms/${room.code}/lessons/join">Join</a>`);
    expect((await ann.get(all)).status).toBe(404);
    const refused = await run({ lesson: 'deadlock' });
    expect([refused.status, (await refused.text()).includes('not chosen this lesson')]).toEqual([422, true]);
    expect((await run({ lesson: 'join' })).status).toBe(303);
    expect((await (await app.browser()).get(`/rooms/${room.code}/lessons/join`)).status).toBe(403);
    await rules({ lesson: app.playground.lessons.map(({ slug }) => slug) });
    expect(room.state.lessons).toBeNull();
  });

  it('jobs and seconds: the form begins within them, and a run in the room keeps them; elsewhere they do not count', async () => {
    await rules({ lesson: 'join', jobs: ' 2 ', seconds: '1' });
    const page = await pageOf(`/rooms/${room.code}`);
    expect(page).toContain('Up to 2 jobs and 1 s per mode in this room');
    expect(elements(page, 'input').find(({ attributes }) => attributes.id === 'jobs')?.attributes.value).toBe(
      '2',
    );
    const refused = await run({ jobs: '3' });
    expect([refused.status, (await refused.text()).includes('Enter a whole number from 1 to 2')]).toEqual([
      422,
      true,
    ]);
    const [other, long] = [
      await app.start({ ...QUICK, jobs: 3 }, ann),
      await run({ ...ENDLESS, jobs: '1', minSeconds: '60', maxSeconds: '60' }),
    ];
    const [, id = ''] = /^\/runs\/([\w-]+)/.exec(long.headers.get('location') ?? '') ?? [];
    expect((await app.events(id)).at(-1)).toMatchObject({ status: 'timed-out' });
    expect((await app.events(other)).at(-1)).toMatchObject({ status: 'completed' });
  });

  it('what cannot be is refused at its field, and nothing typed is lost', async () => {
    const answer = await rules({ jobs: '51', seconds: '<1>' });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    expect(errorsIn(page)).toEqual([
      ['rules-lessons-error', 'Choose at least one lesson.'],
      ['rules-jobs-error', 'Enter a whole number from 1 to 50, or nothing.'],
      ['rules-seconds-error', 'Enter a whole number from 1 to 30, or nothing.'],
    ]);
    expect(inputOf(page, 'seconds')).toBe('<1>');
    for (const key of ['', room.key]) expect((await rules({ lesson: 'join' }, key)).status).toBe(404);
    expect(room.state).toMatchObject({ lessons: null, maxJobs: null, maxSeconds: null });
  });
});
