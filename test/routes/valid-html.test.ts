/** Pages are valid HTML, with and without a run, also with markup in what programs write and in refused forms. */
import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Room } from '../../server/rooms/room.ts';
import { type Client, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

const CODE = `// <b>"Title"</b> & 'more'
export function job(n, { log, shared }) {
  log('<i>two\\nlines</b>');
  console.error('<td>');
  shared.push('<ul>');
  throw new Error('</main>');
}
`;
/** Fields that are all wrong, and one that is not. */
const WRONG = {
  lesson: 'join',
  jobs: 'x',
  minSeconds: '9',
  maxSeconds: '1',
  workers: '-',
  repeat: '2',
  sweep: '3',
};

const checker = new HtmlValidate(
  new StaticConfigLoader({ extends: ['html-validate:standard'], elements: ['html5'] }),
);

let app: PlaygroundApp;
let owner: Client;
let id: string;
let room: Room;
beforeAll(async () => {
  app = await playgroundApp();
  owner = await app.browser();
  id = await app.start({ ...QUICK, modes: ['event-loop', 'threads'], code: CODE }, owner);
  await app.events(id);
  room = await app.playground.rooms.create('join');
  await owner.submit(`/rooms/${room.code}/join`, { name: '<i>Ann' });
});
afterAll(() => app.close());

const PAGES: [name: string, get: () => Promise<Response>][] = [
  ['a lesson', () => owner.get('/lessons/computing?repeat=2')],
  ['a new program', () => owner.get('/new')],
  ['a run', () => owner.get(`/runs/${id}`)],
  ['a run of somebody else', () => app.newBrowser().get(`/runs/${id}`)],
  ['a run to embed', () => owner.get(`/runs/${id}/embed`)],
  ['two runs', () => owner.get(`/compare?a=${id}&b=${id}`)],
  ['two runs to choose', () => owner.get('/compare?a=nothing')],
  ['My runs', () => owner.get('/runs')],
  ['a question', () => owner.get(`/runs/${id}/delete`)],
  ['the notebook', () => owner.get('/notebook')],
  ['the glossary', () => owner.get('/terms')],
  ['the privacy page', () => owner.get('/privacy')],
  ['a room’s teacher', () => owner.get(`/rooms/${room.code}/teach?key=${room.teacherKey}`)],
  ['a room’s program', () => owner.get(`/rooms/${room.code}/program?key=${room.teacherKey}`)],
  ['the rules of a room', () => owner.get(`/rooms/${room.code}/rules?key=${room.teacherKey}`)],
  [
    'rules refused in a room',
    () => owner.submit(`/rooms/${room.code}/rules?key=${room.teacherKey}`, { jobs: '<', seconds: '0' }),
  ],
  ['a question for a room', () => owner.get(`/rooms/${room.code}/ask?key=${room.teacherKey}`)],
  [
    'a question refused in a room',
    () => owner.submit(`/rooms/${room.code}/ask?key=${room.teacherKey}`, { choice: ['a', 'a'], run: '<' }),
  ],
  [
    'a program refused in a room',
    () => owner.submit(`/rooms/${room.code}/program?key=${room.teacherKey}`, { code: '<b>' }),
  ],
  [
    'what a member changed',
    async () => {
      const code = `${app.playground.lessons.find(({ slug }) => slug === 'join')?.program}// </code>`;
      const fields = { ...QUICK, lesson: 'join', jobs: '1', minSeconds: '0', maxSeconds: '0', code };
      await owner.submit('/runs', { ...fields, room: room.code });
      await app.events(room.members[0]?.run ?? '');
      return owner.get(`/rooms/${room.code}/members/1/program?key=${room.teacherKey}`);
    },
  ],
  ['a room’s member', () => owner.get(`/rooms/${room.code}`)],
  ['an error', () => owner.get('/nothing')],
  ['a refused form', () => owner.submit('/runs', WRONG)],
  [
    'a refused program',
    () =>
      owner.submit('/runs', {
        ...QUICK,
        jobs: '1',
        minSeconds: '0',
        maxSeconds: '0',
        code: 'export function job( {',
      }),
  ],
];

it.each(PAGES)('%s is valid HTML', async (_, get) => {
  const page = await (await get()).text();
  expect(page).toMatch(/^<!doctype html>/);
  const { results } = await checker.validateString(page);
  expect(
    results.flatMap(({ messages }) =>
      messages.map(({ line, message }) => `${message}: ${page.split('\n')[line - 1]}`),
    ),
  ).toEqual([]);
});

it('a family is valid HTML', async () => {
  const { url } = await (await owner.sendJson('/api/runs', { ...QUICK, repeat: 2 })).json();
  const { valid } = await checker.validateString(await (await owner.get(url)).text());
  expect(valid).toBe(true);
});
