/** Rounds of a room: predictions, talk, and explanations. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Room } from '../../server/rooms/room.ts';
import { Rooms } from '../../server/rooms/rooms.ts';
import { roundNewsOf } from '../../server/routes/rounds.ts';
import { openDatabase } from '../../server/store/open-database.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
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

describe('a round', () => {
  const next = (from: string, to: string) => teacher.submit(room.at('round'), { from, to });
  const bar = async (of: Client) => (await of.get(`/rooms/${room.code}/bar`)).text();
  const round = () => roundNewsOf(app.playground, room.found as Room);

  it('predict, talk, predict again, run, explain: each phase takes its own, and only once closed is it shown', async () => {
    const [ann, bob] = [await room.learner('Ann'), await room.learner('Bob')];
    expect(await bar(ann)).not.toContain('class="round"');
    await teacher.submit(room.at('round'), { lesson: 'one-by-one' });
    expect(await bar(ann)).toContain('Compared with one by one, how long will threads take?');
    await ann.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '0' });
    await ann.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '2' });
    await bob.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '1' });
    expect(round()).toMatchObject({ answered: 2, counts: [] });
    expect((await bob.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '9' })).status).toBe(422);
    await next('vote', 'talk');
    expect(round()?.counts).toEqual([[0, 1, 1, 0]]);
    // The vote is closed, and a second click does not skip a phase.
    await bob.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '0' });
    await next('vote', 'talk');
    await next('talk', 'over');
    expect(round()).toMatchObject({ phase: 'talk', counts: [[0, 1, 1, 0]] });
    await next('talk', 'vote-again');
    await bob.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '2' });
    expect(round()?.counts).toEqual([[0, 1, 1, 0]]);
    await next('vote-again', 'run');
    expect(round()?.counts).toEqual([
      [0, 1, 1, 0],
      [0, 0, 1, 0],
    ]);
    await ann.submit(`/rooms/${room.code}/explain`, { round: '1', text: 'too early' });
    await next('run', 'explain');
    await ann.submit(`/rooms/${room.code}/explain`, { round: '1', text: ' They wait\n at the <same> time ' });
    expect(round()?.explanations).toEqual([]);
    const seen = { show: '1', round: '1', text: 'They wait at the <same> time' };
    await teacher.submit(room.at('explanations/1'), seen);
    expect(round()?.explanations).toEqual([seen.text]);
    const csv = await (await teacher.get(room.at('answers.csv'))).text();
    expect(csv.split('\r\n').slice(1)).toEqual([
      expect.stringMatching(/^1,one-by-one,.+,Ann,As long as the longest job,,They wait at the <same> time$/),
      expect.stringMatching(/^1,one-by-one,.+,Bob,Half as long,As long as the longest job,$/),
      '',
    ]);
    await next('explain', 'over');
    expect(await bar(ann)).not.toContain('class="round"');
  });

  it('an answer or explanation from a page that was offline counts for nothing asked later', async () => {
    const ann = await room.learner('Ann');
    const send = (path: string, fields: Record<string, string>) =>
      ann.submit(`/rooms/${room.code}/${path}`, fields);
    await teacher.submit(room.at('round'), { lesson: 'one-by-one' });
    const old = await bar(ann);
    const vote = { round: inputOf(old, 'round') ?? '', phase: inputOf(old, 'phase') ?? '', choice: '1' };
    await next('vote', 'talk');
    await next('talk', 'vote-again');
    const late = await send('answer', vote);
    expect([late.status, await late.text()]).toEqual([422, expect.stringContaining('your answer arrived')]);
    expect(round()?.answered).toBe(0);
    await next('vote-again', 'run');
    await next('run', 'explain');
    const why = { round: inputOf(await bar(ann), 'round') ?? '', text: 'first round' };
    await teacher.submit(room.at('round'), { lesson: 'join' });
    const steps = ['vote', 'talk', 'run', 'explain'];
    for (const [i, from] of steps.slice(0, -1).entries()) await next(from, steps[i + 1] ?? '');
    // With script and without, the page says so and has the text; a line that was not sent is not stored either.
    const unsent = { ...why, round: '2', unsent: '1' };
    const scripted = { 'hx-request': 'true' };
    for (const [fields, headers] of [
      [why, {}],
      [why, scripted],
      [unsent, scripted],
    ] as const) {
      const html = await (await ann.submit(`/rooms/${room.code}/explain`, fields, headers)).text();
      expect(html).toContain('The class had gone on before your line arrived');
      expect(
        elements(html, 'input').find(({ attributes }) => attributes.id === 'late-text')?.attributes.value,
      ).toBe('first round');
    }
    expect(await (await teacher.get(room.teach)).text()).toContain('No explanations yet');
    await send('explain', { ...why, round: '2' });
    expect(await (await teacher.get(room.teach)).text()).toContain('first round');
  });

  it('only the words that the teacher read go on the wall, not those that have taken their place', async () => {
    const ann = await room.learner('Ann');
    const explain = (text: string) => ann.submit(`/rooms/${room.code}/explain`, { round: '1', text });
    await teacher.submit(room.at('round'), { lesson: 'join' });
    const steps = ['vote', 'talk', 'run', 'explain'];
    for (const [i, from] of steps.slice(0, -1).entries()) await next(from, steps[i + 1] ?? '');
    await explain('polite');
    const form = await (await teacher.get(room.teach)).text();
    const seen = { round: inputOf(form, 'round') ?? '', text: inputOf(form, 'text') ?? '' };
    expect(seen.text).toBe('polite');
    await explain('rude');
    await teacher.submit(room.at('explanations/1'), { ...seen, show: '1' });
    expect(round()?.explanations).toEqual([]);
    await teacher.submit(room.at('explanations/1'), { ...seen, text: 'rude', show: '1' });
    expect(round()?.explanations).toEqual(['rude']);
    await teacher.submit(room.at('explanations/1'), { ...seen, show: '0' });
    expect(round()?.explanations).toEqual([]);
  });

  it('what was said is there after a restart, and gone with its member and its room', async () => {
    const ann = await room.learner('Ann');
    await room.learner('Bob');
    await teacher.submit(room.at('round'), { lesson: 'join' });
    await ann.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '1' });
    const store = new SqliteStore(app.folder);
    const again = await Rooms.open(store.rooms);
    const found = again.byCode(room.code);
    expect(found?.members.map(({ name }) => name)).toEqual(['Ann', 'Bob']);
    expect(found?.answers.choiceOf(1, 1, 1)).toBe(1);
    await teacher.submit(room.at('members/1'), { do: 'remove' });
    expect(round()?.answered).toBe(0);
    expect(await store.rooms.answersOf(found?.id ?? '')).toEqual([]);
    await store.close();
  });

  it('two teachers who begin a round at once begin one; of two who enter, or are renamed, while the store waits, each has a name', async () => {
    const teach = await (await teacher.get(room.teach)).text();
    const fields = { lesson: 'join', after: inputOf(teach, 'after') ?? '' };
    const { db } = openDatabase(app.folder);
    db.exec('begin immediate');
    const [ann, bob] = [await app.browser(), await app.browser()];
    const answers = [ann, ann, bob].map((one) => one.submit(`/rooms/${room.code}/join`, { name: 'Al' }));
    const begun = [fields, fields].map((form) => teacher.submit(room.at('round'), form));
    setTimeout(() => db.exec('rollback'), 100);
    for (const answer of await Promise.all([...answers, ...begun])) expect(answer.status).toBe(303);
    expect(room.names()).toEqual(['Al', 'Al 2']);
    db.exec('begin immediate');
    const renamed = [1, 2].map((one) =>
      teacher.submit(room.at(`members/${one}`), { do: 'rename', name: 'Kim' }),
    );
    setTimeout(() => db.exec('rollback'), 100);
    for (const answer of await Promise.all(renamed)) expect(answer.status).toBe(303);
    db.close();
    expect(room.names()?.toSorted()).toEqual(['Kim', 'Kim 2']);
    expect(round()).toMatchObject({ number: 1, phase: 'vote' });
    expect((await ann.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '' })).status).toBe(422);
  });

  it('only the teacher begins a round and goes on; a stranger answers nothing', async () => {
    const stranger = await app.browser();
    expect(
      (await stranger.submit(`/rooms/${room.code}/round?key=${room.key}`, { lesson: 'join' })).status,
    ).toBe(404);
    await teacher.submit(room.at('round'), { lesson: 'join' });
    expect((await stranger.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '0' })).status).toBe(
      403,
    );
    expect((await stranger.get(`/rooms/${room.code}/news`)).status).toBe(403);
    expect((await stranger.get(`/rooms/${room.code}/answers.csv?key=${room.key}`)).status).toBe(404);
  });
});
