/** Who is in a room: entering, names, another device, and being removed. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { elements, inputOf } from '../markup.ts';
import { type Client, type PlaygroundApp, playgroundApp } from '../playground-app.ts';
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

describe('the members of a room', () => {
  it('GET /rooms: a code in any spelling leads there; a wrong one says so and keeps what was typed', async () => {
    const client = await app.browser('192.0.2.10');
    const found = await client.get(`/rooms?code=${room.code.toLowerCase()}`);
    expect([found.status, found.headers.get('location')]).toEqual([303, `/rooms/${room.code}`]);
    const missing = await client.get('/rooms?code=%3Cb%3E');
    expect(missing.status).toBe(422);
    const text = await missing.text();
    expect(inputOf(text, 'code')).toBe('<b>');
    expect(text).toContain('There is no room with this code.');
  });

  it('join: under a name, or one that is made up; a reload and another page find it again', async () => {
    const named = await room.learner('  Zoë  <i> ');
    const made = await room.learner('');
    expect(room.names()).toEqual(['Zoë <i>', expect.stringMatching(/^[A-Z][a-z]+ [A-Z][a-z]+$/)]);
    const page = await (await named.get(`/rooms/${room.code}`)).text();
    expect(page).toContain('you are <b><bdi>Zoë &lt;i&gt;</bdi></b>');
    expect(inputOf(page, 'room')).toBe(room.code);
    expect(inputOf(page, 'lesson')).toBe('join');
    expect(await (await made.get('/rooms')).text()).toContain(`/rooms/${room.code}`);
  });

  it('join: the same name again gets a number, and entering twice is one member', async () => {
    const ann = await room.learner('Ann');
    await room.learner('ann');
    expect(room.names()).toEqual(['Ann', 'ann 2']);
    await ann.submit(`/rooms/${room.code}/join`, { name: 'Anna' });
    expect(room.names()).toEqual(['Anna', 'ann 2']);
  });

  it('join: a name that is too long is refused at its field, by what a reader counts, and not cut', async () => {
    const bob = await room.learner('Bob');
    const other = await app.browser();
    const long = 'Wolfeschlegelsteinhausen-Bergerdorff';
    for (const [client, path] of [
      [other, 'join'],
      [bob, 'me'],
    ] as const) {
      const answer = await client.submit(`/rooms/${room.code}/${path}`, { name: long });
      expect(answer.status).toBe(422);
      const page = await answer.text();
      expect(inputOf(page, 'name')).toBe(long);
      expect(page).toContain('Use a name of at most 24 characters.');
    }
    // Each of these is one character to a reader, and eleven to the computer.
    const family = '👨‍👩‍👧‍👦'.repeat(24);
    expect((await other.submit(`/rooms/${room.code}/join`, { name: family })).status).toBe(303);
    expect((await bob.submit(`/rooms/${room.code}/me`, { name: ` ${'W'.repeat(24)} ` })).status).toBe(303);
  });

  it('join: a name with other letters that look like somebody’s is refused, and what was typed is kept', async () => {
    const bob = await room.learner('Bob');
    await room.learner('Anna');
    const fake = await app.browser();
    for (const [client, path] of [
      [fake, 'join'],
      [bob, 'me'],
    ] as const) {
      const answer = await client.submit(`/rooms/${room.code}/${path}`, { name: 'Аnna' });
      expect(answer.status).toBe(422);
      const page = await answer.text();
      expect(inputOf(page, 'name')).toBe('Аnna');
      expect(page).toContain('This name looks like that of somebody else in the room.');
    }
    const rename = room.at('members/1');
    expect((await teacher.submit(rename, { do: 'rename', name: 'Аnna' })).status).toBe(422);
    expect(room.names()).toEqual(['Bob', 'Anna']);
  });

  it('what is wrong when somebody enters is said at its field', async () => {
    await room.learner('Anna');
    const other = await app.browser();
    const wrongAt = async (path: string, fields: Record<string, string>) => {
      const text = await (await other.submit(`/rooms/${room.code}/${path}`, fields)).text();
      const [input] = elements(text, 'input').filter(
        ({ attributes }) => attributes['aria-invalid'] === 'true',
      );
      const error = `<p id="${input?.attributes['aria-describedby']}" class="error" role="alert">`;
      // Right behind its field.
      return [
        input?.attributes.name,
        text
          .split(/aria-invalid="true"[^>]*>/)[1]
          ?.trimStart()
          .startsWith(error),
      ];
    };
    expect(await wrongAt('join', { name: 'Аnna' })).toEqual(['name', true]);
    expect(await wrongAt('device', { device: '000000' })).toEqual(['device', true]);
  });

  it('another device takes over with a code, once; the first is then out', async () => {
    const laptop = await room.learner('Ann');
    const page = await (await laptop.submit(`/rooms/${room.code}/me`, { do: 'move' })).text();
    const device =
      elements(page, 'b').find(({ attributes }) => attributes.class === 'device-code')?.text ?? '';
    expect(device).toMatch(/^\d{6}$/);
    const phone = await app.browser();
    const wrong = await phone.submit(`/rooms/${room.code}/device`, { device: 'abc' });
    expect(wrong.status).toBe(422);
    // As some people type it.
    await phone.submit(`/rooms/${room.code}/device`, { device: ` ${device.slice(0, 3)} ${device.slice(3)}` });
    expect(room.names()).toEqual(['Ann']);
    expect(await (await phone.get(`/rooms/${room.code}`)).text()).toContain('<bdi>Ann</bdi>');
    expect((await laptop.get(`/rooms/${room.code}/me`)).status).toBe(403);
    const again = await laptop.submit(`/rooms/${room.code}/device`, { device });
    expect(again.status).toBe(422);
  });

  it('the teacher renames, removes, sets the lesson and ends; names are then in no file', async () => {
    const ann = await room.learner('Someone With A Rare Name');
    await teacher.submit(room.at('members/1'), { do: 'rename', name: 'Ann' });
    expect(room.names()).toEqual(['Ann']);
    expect((await teacher.submit(room.at('members/1'), { do: 'rename', name: ' \n ' })).status).toBe(422);
    await teacher.submit(room.at('members/77'), { do: 'rename', name: 'Nobody' });
    await teacher.submit(room.at('lesson'), { lesson: 'deadlock' });
    expect((await teacher.submit(room.at('lesson'), { lesson: 'nothing' })).status).toBe(422);
    expect(await (await ann.get(`/rooms/${room.code}`)).text()).toContain('data-lesson="deadlock"');
    await teacher.submit(room.at('members/1'), { do: 'remove' });
    expect(room.names()).toEqual([]);
    expect((await ann.get(`/rooms/${room.code}/wall`)).status).toBe(404);
    await teacher.submit(room.at('end'));
    expect((await teacher.get(room.teach)).status).toBe(404);
    expect((await ann.get(`/rooms/${room.code}`)).status).toBe(404);
  });

  it('who was removed cannot enter again, under no name and with no code, until the teacher lets them', async () => {
    const ann = await room.learner('Ann');
    const bob = await room.learner('Bob');
    const teachPage = async () => (await teacher.get(room.teach)).text();
    expect(await teachPage()).not.toContain('Let them in again');
    await teacher.submit(room.at('members/1'), { do: 'remove' });
    const join = () => ann.submit(`/rooms/${room.code}/join`, { name: 'Zoe' });
    const refused = await join();
    expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('removed you')]);
    expect(await (await ann.get(`/rooms/${room.code}`)).text()).toContain('removed you from this room');
    const shown = await bob.submit(`/rooms/${room.code}/me`, { do: 'move' });
    const device = /class="device-code">(\d+)</.exec(await shown.text())?.[1] ?? '';
    expect((await ann.submit(`/rooms/${room.code}/device`, { device })).status).toBe(403);
    expect(room.names()).toEqual(['Bob']);
    // Others enter, and who leaves can come back.
    await room.learner('Cem');
    await bob.submit(`/rooms/${room.code}/me`, { do: 'leave' });
    expect((await bob.submit(`/rooms/${room.code}/join`, { name: 'Bob' })).status).toBe(303);
    // What is kept is neither the name nor the number of the browser.
    const kept = JSON.stringify(room.found?.state);
    expect(kept).toMatch(/"refused":\["[\w-]{22}"\]/);
    expect(await teachPage()).toContain('One removed member cannot enter');
    expect((await teacher.submit(room.at('refused'))).status).toBe(303);
    expect((await join()).status).toBe(303);
    expect(room.names()).toEqual(['Cem', 'Bob', 'Zoe']);
  });

  it('a name that the teacher cannot give is refused at its field, with what was typed', async () => {
    for (const name of ['Ann', 'Bob']) await room.learner(name);
    const rename = (name: string, number = 2) =>
      teacher.submit(room.at(`members/${number}`), { do: 'rename', name });
    for (const [typed, error] of [
      ['  ', 'A name needs at least one letter'],
      ['Αnn', 'looks like that of somebody else'],
      ['W'.repeat(25), 'Use a name of at most 24 characters'],
      ['\u202e<b>', null],
    ] as const) {
      const answer = await rename(typed);
      expect(answer.status, typed).toBe(error === null ? 303 : 422);
      if (error === null) continue;
      const html = await answer.text();
      const wrong = elements(html, 'input').filter(({ attributes }) => attributes['aria-invalid'] === 'true');
      expect(wrong.map(({ attributes }) => [attributes.id, attributes.value])).toEqual([['member-2', typed]]);
      const said = elements(html, 'p').find(({ attributes }) => attributes.id === 'member-2-error');
      expect(said?.text).toContain(error);
    }
    expect(room.names()).toEqual(['Ann', '<b>']);
    expect((await rename('', 99)).status).toBe(303);
  });

  it('wrong codes are refused after thirty from one address; the key of the link still opens the room', async () => {
    const guesser = await app.browser('192.0.2.77');
    // A failure is forgotten after a while.
    const guess = async (code: string) => (await guesser.get(`/rooms/${code}`)).text();
    for (let i = 0; i < 40; i++) await guess('ZZZZ');
    expect(await guess(room.code)).toContain('Too many wrong codes');
    expect((await guesser.get(`/rooms/${room.code}?key=${room.key}`)).status).toBe(200);
    expect((await (await app.browser('192.0.2.78')).get(`/rooms/${room.code}`)).status).toBe(200);
    // Also with another device: its code is guessed at, and counted, separately.
    const laptop = await room.learner('Ann', '192.0.2.78');
    const page = await (await laptop.submit(`/rooms/${room.code}/me`, { do: 'move' })).text();
    const device = elements(page, 'b').find(({ attributes }) => attributes.class === 'device-code')?.text;
    const move = (code = '') => guesser.submit(`/rooms/${room.code}/device`, { key: room.key, device: code });
    for (let i = 0; i < 5; i++) expect((await move('abc')).status).toBe(422);
    expect((await move(device)).status).toBe(303);
    await guesser.submit(`/rooms/${room.code}/me`, { do: 'leave' });
    for (let i = 0; i < 40; i++) await move('abc');
    expect(await (await move('abc')).text()).toContain('Too many wrong codes');
  });
});

describe('ROOM_KEY', () => {
  it('is asked of whoever opens a room, and not guessed by trying', async () => {
    const guarded = await playgroundApp({ ROOM_KEY: 'chalk' });
    try {
      const client = await guarded.browser();
      expect(inputOf(await (await client.get('/rooms/new')).text(), 'key')).toBe('');
      expect((await client.submit('/rooms', { lesson: 'join' })).status).toBe(403);
      expect((await client.submit('/rooms', { lesson: 'join', key: 'cheese' })).status).toBe(403);
      expect((await client.submit('/rooms', { lesson: 'join', key: 'chalk' })).status).toBe(303);
      const guesser = await guarded.browser('192.0.2.77');
      const statuses = new Set<number>();
      for (let i = 0; i < 40; i++)
        statuses.add((await guesser.submit('/rooms', { key: `cheese${i}` })).status);
      expect([...statuses]).toEqual([403, 429]);
      expect((await client.submit('/rooms', { lesson: 'join', key: 'chalk' })).status).toBe(303);
    } finally {
      await guarded.close();
    }
  });
});
