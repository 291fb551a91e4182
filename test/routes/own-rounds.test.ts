/** A round with a question of the teacher’s own, and a program that comes with it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Room } from '../../server/rooms/room.ts';
import { Rooms } from '../../server/rooms/rooms.ts';
import { roundNewsOf } from '../../server/routes/rounds.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { elements } from '../markup.ts';
import { type Client, type Fields, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

const CODE = '// Two lines\nexport function job(n, { log }) {\n  log("one");\n}\n';
const QUESTION = { question: 'Which comes <first>?', choice: ['one', '', 'two'], right: '2' };
let teacher: Client;
let room: Room;
let ann: Client;

const ask = (fields: Fields, key = room.teacherKey) =>
  teacher.submit(`/rooms/${room.code}/ask?key=${key}`, { ...QUESTION, ...fields });
const teach = (path: string, fields: Fields = {}) =>
  teacher.submit(`/rooms/${room.code}/${path}?key=${room.teacherKey}`, fields);
const bar = async () => (await ann.get(`/rooms/${room.code}/bar`)).text();
const news = () => roundNewsOf(app.playground, room);

beforeEach(async () => {
  teacher = await app.browser();
  room = await app.playground.rooms.create('join');
  ann = await app.browser();
  await ann.submit(`/rooms/${room.code}/join`, { name: 'Ann' });
});

describe('a question of the teacher’s own', () => {
  it('goes to everyone with its program, is answered and counted; the marked answer is shown once they explain', async () => {
    expect((await ask({ code: CODE })).status).toBe(303);
    expect(await bar()).toMatch(
      /<bdi>Which comes &lt;first&gt;\?<\/bdi>[\s\S]*<bdi>one<\/bdi>[\s\S]*<bdi>two<\/bdi>/,
    );
    expect(await (await ann.get(`/rooms/${room.code}`)).text()).toContain('log(&quot;one&quot;)');
    await ann.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '0' });
    expect((await ann.submit(`/rooms/${room.code}/answer`, { round: '1', choice: '2' })).status).toBe(422);
    for (const [from, to] of [
      ['vote', 'talk'],
      ['talk', 'run'],
    ])
      await teach('round', { from: from ?? '', to: to ?? '' });
    expect(news()).toMatchObject({ counts: [[1, 0]], right: null });
    expect(await bar()).not.toContain('✓');
    await teach('round', { from: 'run', to: 'explain' });
    expect(news()).toMatchObject({ right: 1 });
    expect(await bar()).toContain('<bdi>two</bdi> <b class="right">✓ right</b>');
    const csv = await (await teacher.get(`/rooms/${room.code}/answers.csv?key=${room.teacherKey}`)).text();
    expect(csv.split('\r\n')[1]).toBe('1,,Which comes <first>?,Ann,one,,');
    const store = new SqliteStore(app.folder);
    const again = (await Rooms.open(store.rooms)).byCode(room.code);
    expect(again?.round?.own).toEqual({
      question: 'Which comes <first>?',
      choices: ['one', 'two'],
      right: 1,
    });
    await store.close();
  });

  it('is about what the class works on, or the program of a run; a second click begins no other round', async () => {
    await ask({ right: '', after: '0' });
    await ask({ right: '', after: '0' });
    expect(room.state).toMatchObject({ lesson: 'join', program: null, rounds: [{ lesson: 'join' }] });
    const run = await app.start({ ...QUICK, code: CODE, jobs: 2 }, teacher);
    await ask({ run: `http://localhost/runs/${run}`, after: '1' });
    expect(await room.program()).toMatchObject({ code: CODE, jobs: 2 });
    // The lesson’s own question is asked as before.
    await teach('round', { lesson: 'join' });
    expect([news()?.number, room.state.program]).toEqual([3, null]);
    expect(news()?.question).toBe(
      app.playground.lessons.find(({ slug }) => slug === 'join')?.prediction.question,
    );
    await app.events(run);
  });

  it('is refused with each error at its field, and nothing typed is lost', async () => {
    const answer = await ask({ question: ' ', choice: ['<b>', '', '<b>'], right: '1', code: 'export job(' });
    expect(answer.status).toBe(422);
    const page = await answer.text();
    const errors = elements(page, 'p').filter(({ attributes }) => attributes.class === 'error');
    expect(errors.map(({ attributes }) => attributes.id)).toEqual([
      'ask-question-error',
      'ask-choice-2-error',
      'ask-right-error',
      'give-program-error',
    ]);
    const inputs = elements(page, 'input').filter(({ attributes }) => attributes.name === 'choice');
    expect(inputs.map(({ attributes }) => attributes.value)).toEqual(['<b>', '', '<b>', '', '', '']);
    expect(elements(page, 'textarea')[0]?.text).toContain('export job(');
    const both = await (await ask({ run: 'kept', code: CODE })).text();
    expect(both).toContain('Give the link of a run or a program, not both');
    expect((await ask({ run: 'no link' })).status).toBe(422);
    expect(room.state).toMatchObject({ rounds: [], program: null });
  });

  it('only the teacher asks', async () => {
    for (const key of ['', room.key]) {
      expect((await ask({}, key)).status).toBe(404);
      expect((await ann.get(`/rooms/${room.code}/ask?key=${key}`)).status).toBe(404);
    }
    expect(room.state.rounds).toEqual([]);
  });
});
