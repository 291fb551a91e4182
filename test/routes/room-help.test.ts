/** Help in a room: raised hands, who is stuck, the teacher beside a learner, and in front of everyone. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { messagesIn } from '../event-stream.ts';
import { elements } from '../markup.ts';
import { type Client, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';
import { OpenedRoom } from './opened-room.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

let teacher: Client;
let room: OpenedRoom;
beforeEach(async () => {
  teacher = await app.browser('192.0.2.9');
  room = await OpenedRoom.open(app, teacher);
});

describe('help in a room', () => {
  it('a hand is raised and lowered, on the wall and for the teacher', async () => {
    const ann = await room.learner('Ann');
    await ann.submit(`/rooms/${room.code}/hand`, { up: '1' });
    expect(await (await teacher.get(room.teach)).text()).toContain('asks for help');
    await ann.submit(`/rooms/${room.code}/hand`, { up: '0' });
    expect(await (await teacher.get(room.teach)).text()).not.toContain('asks for help');
    expect((await (await app.browser()).submit(`/rooms/${room.code}/hand`, { up: '1' })).status).toBe(403);
  });

  it('the teacher sees who is stuck and why, and raised hands in the order in which they were raised, live', async () => {
    const [zoe, ann, eve] = [await room.learner('Zoe'), await room.learner('Ann'), await room.learner('Eve')];
    const stream = await teacher.get(room.teach.replace('/teach?', '/news?'));
    let changes = 0;
    const heard = (async () => {
      for await (const { event } of messagesIn(stream)) if (event === 'changed') changes++;
    })();
    const part = async () => {
      const text = await (await teacher.get(room.at('teach/part'))).text();
      const list = /<ol class="members helped">(.*?)<\/ol>/s.exec(text)?.[1] ?? '';
      return [...list.matchAll(/<b><bdi>(.*?)<\/bdi><\/b> <span class="\w+">(.*?)<\/span>/g)].map(
        ([, name, why]) => `${name}: ${why}`,
      );
    };
    expect(await part()).toEqual([]);
    const hand = (of: Client, up: string) => of.submit(`/rooms/${room.code}/hand`, { up });
    const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now());
    await hand(zoe, '1');
    await hand(ann, '1');
    // The clock is set back; and who asks again does not lose their turn.
    now.mockReturnValue(Date.now() - 60_000);
    await hand(eve, '1');
    await hand(zoe, '1');
    now.mockRestore();
    expect(await part()).toEqual(['Zoe: asks for help', 'Ann: asks for help', 'Eve: asks for help']);
    await hand(eve, '0');
    const before = changes;
    const code = 'export function job() { throw new Error("lost"); }';
    for (let i = 0; i < 2; i++) {
      await eve.submit('/runs', { ...room.form(), lesson: '', code });
      await app.events(room.found?.members[2]?.run ?? '');
    }
    await expect.poll(() => changes).toBeGreaterThan(before);
    await expect.poll(async () => (await part())[2]).toBe('Eve: same error 2 times in a row');
    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 17 * 60_000);
    expect((await part())[1]).toBe('Ann: asks for help, no run for 15 min');
    vi.restoreAllMocks();
    await teacher.submit(room.at('end'));
    await heard;
  });

  it('a hand has the run that was looked at; the teacher opens it beside the learner, who is told, and lowers the hand', async () => {
    const ann = await room.learner('Ann');
    await ann.submit('/runs', room.form());
    const [member] = room.found?.members ?? [];
    const other = await app.start(QUICK);
    await app.events(other);
    const hand = (at: string) =>
      ann.submit(`/rooms/${room.code}/hand`, { up: '1' }, { Referer: `http://localhost/runs/${at}` });
    await hand('nothing');
    expect(member?.handRun).toBe(member?.run);
    await hand(other);
    expect(member?.handRun).toBe(other);
    const key = new URL(room.teach, 'http://x').search;
    const beside = `/rooms/${room.code}/teach/runs/${other}${key}&with=1`;
    const teach = await (await teacher.get(room.teach)).text();
    expect(elements(teach, 'a').map(({ attributes }) => attributes.href)).toContain(beside);
    expect(await (await teacher.get(beside)).text()).toContain('You look along with <b><bdi>Ann</bdi></b>');
    const bar = async () => (await ann.get(`/rooms/${room.code}/bar`)).text();
    const stream = await teacher.get(`/rooms/${room.code}/news${key}&run=${other}&with=1`);
    expect(await bar()).toContain('with you: you both see');
    // The run is somebody else's; while it is looked at together, its page has the bar of the room.
    expect(await (await ann.get(`/runs/${other}`)).text()).toContain('id="room-bar"');
    const look = { run: other, look: 'bar=0.0.1', from: 'page' };
    expect((await ann.submit(`/rooms/${room.code}/beside`, look)).status).toBe(204);
    expect((await teacher.submit(`/rooms/${room.code}/beside${key}&with=1`, look)).status).toBe(204);
    const bob = await room.learner('Bob');
    expect((await bob.submit(`/rooms/${room.code}/beside`, look)).status).toBe(409);
    await stream.body?.cancel();
    expect(await bar()).not.toContain('with you: you both see');
    await teacher.submit(`/rooms/${room.code}/members/1/hand${key}`);
    expect([member?.handAt, member?.handRun]).toEqual([null, null]);
  });

  it('“Follow me”: only the teacher shows a view; everyone’s stream has it, also one that connects later', async () => {
    const ann = await room.learner('Ann');
    const run = await app.start(QUICK);
    await app.events(run);
    const key = new URL(room.teach, 'http://x').search;
    const look = { run, look: 'view=0-5&t=3', plays: '', from: 'page', session: 's1' };
    const send = (by: Client, fields: object, at = key) =>
      by.submit(`/rooms/${room.code}/look${at}`, { ...look, ...fields });
    expect((await send(ann, { do: 'begin' }, '')).status).toBe(404);
    expect((await send(teacher, {})).status).toBe(409);
    expect((await send(teacher, { do: 'begin', look: '"<b>' })).status).toBe(422);
    expect((await send(teacher, { do: 'begin', run: 'nothing' })).status).toBe(422);
    expect((await send(teacher, { do: 'begin' })).status).toBe(204);
    expect(await (await ann.get(`/rooms/${room.code}/bar`)).text()).toContain(
      'You follow your teacher’s view',
    );
    const heard: string[] = [];
    const response = await ann.get(`/rooms/${room.code}/news`);
    void (async () => {
      for await (const { event, data } of messagesIn(response))
        if (event === 'look') heard.push(JSON.parse(data).shown?.look ?? '');
    })();
    await expect.poll(() => heard).toEqual(['view=0-5&t=3']);
    await send(teacher, { look: 'bar=0.0.1' });
    await expect.poll(() => heard.at(-1)).toBe('bar=0.0.1');
    await send(teacher, { do: 'stop' });
    await expect.poll(() => heard.at(-1)).toBe('');
    await teacher.submit(room.at('end'));
  });
});
