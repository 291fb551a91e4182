/** The program of a room: given by its teacher, copied by each member, compared, and repaired. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Room } from '../../server/rooms/room.ts';
import { Rooms } from '../../server/rooms/rooms.ts';
import { SqliteStore } from '../../server/store/sqlite.ts';
import { elements, inputOf } from '../markup.ts';
import { type Client, type Fields, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

const START = '// Count to two\nexport function job(n, { log }) {\n  log("one");\n  log("two");\n}\n';
const OWN = START.replace('"two"', '"</code>three"');
let teacher: Client;
let room: Room;
let ann: Client;

const at = (path: string, key = room.teacherKey) => `/rooms/${room.code}/${path}?key=${key}`;
const give = (fields: Fields) => teacher.submit(at('program'), { do: 'text', ...fields });
const quick = { ...QUICK, lesson: '', jobs: '1', minSeconds: '0', maxSeconds: '0' };
const run = (by: Client, fields: Fields) => by.submit('/runs', { ...quick, room: room.code, ...fields });
const idIn = ({ headers }: Response) => /^\/runs\/([\w-]+)/.exec(headers.get('location') ?? '')?.[1] ?? '';
const textOf = async (response: Response | Promise<Response>) => (await response).text();

beforeEach(async () => {
  teacher = await app.browser();
  room = await app.playground.rooms.create('join');
  ann = await app.browser();
  await ann.submit(`/rooms/${room.code}/join`, { name: 'Ann' });
});

describe('the program of a room', () => {
  it('is in the editor of each member, as a copy of their own, and is there after a restart', async () => {
    expect((await give({ code: START.replaceAll('\n', '\r\n') })).status).toBe(303);
    const page = await textOf(ann.get(`/rooms/${room.code}`));
    expect(
      elements(page, 'textarea')
        .find(({ attributes }) => attributes.id === 'code')
        ?.text.trim(),
    ).toBe(START.trim());
    expect([inputOf(page, 'start'), inputOf(page, 'lesson')]).toEqual(['1', '']);
    expect(page).toContain('<bdi>Count to two</bdi>');
    const ran = idIn(await run(ann, { code: OWN, start: '1' }));
    await app.events(ran);
    const given = await (await ann.get(`/rooms/${room.code}/program.json`)).json();
    expect(given).toMatchObject({ code: START, fields: { jobs: expect.any(String), workers: '' } });
    expect(Object.keys(given.fields)).not.toContain('seed');
    const store = new SqliteStore(app.folder);
    const again = (await Rooms.open(store.rooms)).byCode(room.code);
    expect((await again?.program())?.code).toBe(START);
    await store.close();
    await room.beginRound('join');
    expect(inputOf(await textOf(ann.get(`/rooms/${room.code}`)), 'lesson')).toBe('join');
  });

  it('is that of a run, with its settings; a lesson’s own program, too', async () => {
    const own = await app.start({ ...QUICK, code: START, jobs: 3 }, teacher);
    const given = await give({ do: 'run', run: `http://localhost/runs/${own}`, code: 'lost?' });
    expect(given.status).toBe(303);
    expect(inputOf(await textOf(ann.get(`/rooms/${room.code}`)), 'jobs')).toBe('3');
    // A repair keeps the settings.
    await give({ code: OWN });
    expect(await room.program()).toMatchObject({ code: OWN, jobs: 3, modes: ['sequential'], lesson: '' });
    const lesson = await app.start({ ...QUICK, lesson: 'deadlock', jobs: 2 }, teacher);
    await give({ do: 'run', run: lesson });
    expect((await room.program())?.code).toBe(
      app.playground.lessons.find(({ slug }) => slug === 'deadlock')?.program,
    );
    await Promise.all([own, lesson].map((id) => app.events(id)));
  });

  it('is refused with the error at its field, and nothing typed is lost', async () => {
    const cases: [Fields, string, string][] = [
      [{ do: 'run', run: '<b>' }, 'give-run-error', 'Paste the link of a run'],
      [{ do: 'run', run: 'x'.repeat(21) }, 'give-run-error', 'There is no run at this link'],
      [{ code: ' ' }, 'give-program-error', 'Write a program'],
      [{ code: 'export function job( {' }, 'give-program-error', 'Line 1, column'],
      [{ code: `// ${'x'.repeat(70_000)}` }, 'give-program-error', 'Shorten the program to 64 KiB'],
      [{ code: 'const a = 1;' }, 'give-program-error', 'job'],
    ];
    for (const [fields, id, words] of cases) {
      const answer = await give({ run: 'kept', code: 'kept too', ...fields });
      const page = await answer.text();
      expect([answer.status, inputOf(page, 'run')]).toEqual([422, fields.run ?? 'kept']);
      expect(elements(page, 'p').find(({ attributes }) => attributes.id === id)?.text).toContain(words);
      expect(elements(page, 'textarea')[0]?.text.trim()).toBe(String(fields.code ?? 'kept too').trim());
    }
    expect(room.state.program).toBeNull();
  });

  it('the teacher sees what a member has changed in it, or in the lesson, in their newest run', async () => {
    const changes = async () => {
      const page = await textOf(teacher.get(at('members/1/program')));
      const rows = elements(page, 'tr').filter(({ attributes }) =>
        /added|removed/.test(attributes.class ?? ''),
      );
      return { page, rows: rows.map(({ text }) => text.replace(/\s+/g, ' ').trim()) };
    };
    expect((await changes()).page).toContain('No run in this room yet');
    await give({ code: START });
    await app.events(idIn(await run(ann, { code: START })));
    expect((await changes()).page).toContain('has the program “<bdi>Count to two</bdi>” as it was given');
    await app.events(idIn(await run(ann, { code: OWN })));
    expect((await changes()).rows).toEqual(['4removed: log("two");', '4added: log("</code>three");']);
    const { program = '' } = app.playground.lessons.find(({ slug }) => slug === 'join') ?? {};
    await app.events(idIn(await run(ann, { lesson: 'join', code: `${program}// more\n` })));
    expect((await changes()).rows).toEqual([expect.stringMatching(/added: \/\/ more$/)]);
    expect((await teacher.get(at('members/9/program'))).status).toBe(404);
  });

  it('a repair is announced to each member’s page, which keeps the program that it began with', async () => {
    await give({ code: START });
    await give({ code: OWN });
    expect(await textOf(ann.get(`/rooms/${room.code}/bar`))).toContain('data-start="2"');
    const first = await (await ann.get(`/rooms/${room.code}/program.json?number=1`)).json();
    expect(first.code).toBe(START);
    expect((await ann.get(`/rooms/${room.code}/program.json?number=3`)).status).toBe(404);
    expect((await ann.get(`/rooms/${room.code}/program.json?number=x`)).status).toBe(404);
    // A form that is refused, and the page of a run, still know which one it was.
    expect(inputOf(await textOf(run(ann, { code: START, jobs: 'x', start: '1' })), 'start')).toBe('1');
    const id = idIn(await run(ann, { code: START }));
    await app.events(id);
    expect(inputOf(await textOf(ann.get(`/runs/${id}`)), 'start')).toBe('1');
  });

  it('while editing is locked, it runs as it was given, and not otherwise', async () => {
    await give({ code: START });
    await room.set({ isLocked: true });
    expect((await run(ann, { code: OWN })).status).toBe(422);
    await app.events(idIn(await run(ann, { code: START.trimEnd() })));
  });

  it('only the teacher gives it and sees changes; only members read it', async () => {
    const stranger = await app.browser();
    for (const path of ['program', 'members/1/program'])
      for (const key of ['', room.key]) expect((await ann.get(at(path, key))).status).toBe(404);
    expect((await ann.submit(at('program', room.key), { do: 'text', code: START })).status).toBe(404);
    await give({ code: START });
    expect((await stranger.get(`/rooms/${room.code}/program.json?key=${room.key}`)).status).toBe(403);
  });
});
