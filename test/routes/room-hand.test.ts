/** The teacher's hand in a room: stop all runs, lock editing, close the room. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Room } from '../../server/rooms/room.ts';
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
  app = await playgroundApp();
});
afterAll(() => app.close());

const CODE = 'export function job(n, { log }) {\n  log("mine");\n}\n';
let teacher: Client;
let room: Room;
let ann: Client;

const teach = (path: string, fields: Fields = {}) =>
  teacher.submit(`/rooms/${room.code}/${path}?key=${room.teacherKey}`, fields);
/** Runs in the room, and returns the answer. */
const run = (by: Client, fields: Fields = {}) =>
  by.submit('/runs', {
    ...QUICK,
    lesson: 'join',
    jobs: '1',
    minSeconds: '0',
    maxSeconds: '0',
    room: room.code,
    ...fields,
  });
const idIn = ({ headers }: Response) => /^\/runs\/([\w-]+)/.exec(headers.get('location') ?? '')?.[1] ?? '';
const endless: Fields = {
  ...ENDLESS,
  lesson: 'one-by-one',
  jobs: '1',
  minSeconds: '3000',
  maxSeconds: '3600',
};

beforeEach(async () => {
  teacher = await app.browser();
  room = await app.playground.rooms.create('join');
  ann = await app.browser();
  await ann.submit(`/rooms/${room.code}/join`, { name: 'Ann' });
});

describe('the teacher’s hand', () => {
  it('stop: ends the runs and families of the room, says why, and no others', async () => {
    const other = await app.start(ENDLESS, ann);
    const own = idIn(await run(ann, endless));
    const family = await run(ann, { ...endless, repeat: '3' });
    const [, familyId = ''] = (family.headers.get('location') ?? '').split('/families/');
    expect((await teach('stop')).status).toBe(303);
    expect((await app.events(own)).at(-1)).toMatchObject({
      status: 'cancelled',
      error: 'The teacher stopped all runs of the room.',
    });
    expect(await app.playground.families.get(familyId)).toMatchObject({ status: 'cancelled' });
    expect(app.playground.runs.liveIds).toEqual([other]);
    await app.playground.runs.cancel(other);
  });

  it('lock: a changed program is refused and kept, the lesson’s own runs; unlocked, both do', async () => {
    await teach('lock', { on: '1' });
    const refused = await run(ann, { code: CODE });
    expect(refused.status).toBe(422);
    const page = await refused.text();
    expect(page).toMatch(/id="code-error"[\s\S]*Your teacher has locked editing/);
    expect(page).toContain('log(&quot;mine&quot;)');
    expect(page).toContain('id="room-bar" aria-label="Room" data-locked');
    await app.events(idIn(await run(ann)));
    await teach('lock', { on: '0' });
    await app.events(idIn(await run(ann, { code: CODE })));
  });

  it('close: ends runs, and nobody enters, runs or answers, until it is opened again; nothing is lost', async () => {
    await room.beginRound('join');
    await ann.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '1' });
    const own = idIn(await run(ann, endless));
    await teach('close', { on: '1' });
    expect((await app.events(own)).at(-1)).toMatchObject({ error: 'The teacher closed the room.' });
    const refused = await run(ann, { code: CODE });
    expect(refused.status).toBe(422);
    expect(await refused.text()).toMatch(
      /id="form-message"[^>]*>Your teacher has closed this room[\s\S]*log\(&quot;mine/,
    );
    await ann.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '0' });
    expect(room.answers.choiceOf(1, 1, 1)).toBe(1);
    const bob = await app.browser();
    expect(await (await bob.get(`/rooms/${room.code}`)).text()).toContain('The teacher has closed this room');
    const kept = await bob.submit(`/rooms/${room.code}/join`, { name: 'Bob' });
    expect([kept.status, room.members.length]).toEqual([403, 1]);
    // Somebody who is in may still change their name, and read.
    await ann.submit(`/rooms/${room.code}/join`, { name: 'Anna' });
    expect(await (await ann.get(`/rooms/${room.code}`)).text()).toContain('<bdi>Anna</bdi>');
    await teach('close', { on: '0' });
    await bob.submit(`/rooms/${room.code}/join`, { name: 'Bob' });
    await app.events(idIn(await run(bob)));
    expect(room.members.map(({ name }) => name)).toEqual(['Anna', 'Bob']);
  });

  it('only the teacher’s key opens any of it', async () => {
    for (const path of ['stop', 'lock', 'close'])
      for (const key of ['', room.key, 'x']) {
        const answer = await ann.submit(`/rooms/${room.code}/${path}?key=${key}`, { on: '1' });
        expect([path, answer.status]).toEqual([path, 404]);
      }
    expect(room.state).toMatchObject({ isClosed: false, isLocked: false });
  });
});
