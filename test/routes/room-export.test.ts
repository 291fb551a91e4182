/** A room as one file, for its teacher only. */
import { Buffer } from 'node:buffer';
import { inflateSync, unzipSync } from 'fflate/browser';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Downloads } from '../../server/routes/downloads.ts';
import { DEFAULTS } from '../../server/spec/spec.ts';
import { type Client, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

/** A program that a spreadsheet, an archive and a page must not take for something else. */
const PROGRAM = '// =1+1 </script><script>alert(1)</script> <!--\nexport function job() {}\n';

let app: PlaygroundApp;
let teacher: Client;
let code: string;
let key: string;
let runs: string[];
const at = (path: string, by = key) => `/rooms/${code}/${path}?key=${by}`;

/** A room with two learners: one with awkward names for files and spreadsheets and two runs, one without a run. */
beforeAll(async () => {
  app = await playgroundApp();
  teacher = await app.browser();
  const room = await app.playground.rooms.create('one-by-one');
  ({ code } = room);
  key = room.teacherKey;
  const [ann, bob] = [await app.browser(), await app.browser()];
  await ann.submit(`/rooms/${code}/join`, { name: '=../CON:"x"' });
  await bob.submit(`/rooms/${code}/join`, { name: 'Bob' });
  await teacher.submit(at('round'), { lesson: 'one-by-one' });
  await ann.submit(`/rooms/${code}/answer`, { round: '1', choice: '2' });
  const phases = ['vote', 'talk', 'vote-again', 'run', 'explain'];
  for (const [i, from] of phases.slice(0, -1).entries())
    await teacher.submit(at('round'), { from, to: phases[i + 1] ?? '' });
  await ann.submit(`/rooms/${code}/explain`, { round: '1', text: '+they wait' });
  const member = () => app.playground.rooms.byCode(code)?.members[0];
  const first = '// First\nexport function job() {}\n';
  await room.give({ ...DEFAULTS, modes: ['threads'], jobs: 7, lesson: '', code: first, seed: 1 });
  await room.give({ ...DEFAULTS, modes: ['threads'], lesson: '', code: PROGRAM, seed: 1 });
  runs = [];
  for (const own of [
    { lesson: 'one-by-one', code: '' },
    { lesson: '', code: PROGRAM },
  ]) {
    const { jobs, minSeconds, maxSeconds, ...rest } = QUICK;
    const form = {
      ...rest,
      ...own,
      jobs: `${jobs}`,
      minSeconds: `${minSeconds}`,
      maxSeconds: `${maxSeconds}`,
      room: code,
    };
    const sandboxed = app.playground.sandbox.runtimes[0] ?? 'node';
    expect((await ann.submit('/runs', { ...form, ...(own.code && { runtime: sandboxed }) })).status).toBe(
      303,
    );
    runs.push(member()?.run ?? '');
    await app.events(runs.at(-1) ?? '');
  }
});
afterAll(() => app.close());

describe('export.zip', () => {
  it('has runs, programs, answers, explanations and tables under names that are safe', async () => {
    const response = await teacher.get(at('export.zip'));
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="room-${code}.zip"`);
    const bytes = new Uint8Array(await response.arrayBuffer());
    const files = Object.fromEntries(
      Object.entries(unzipSync(bytes)).map(([name, content]) => [
        name.replace(`room-${code}/`, ''),
        new TextDecoder().decode(content),
      ]),
    );
    const [first, second] = ['0001-one-by-one', '0002-1-1-script-script-alert-1-script'].map(
      (stem) => `runs/001-CON-x/${stem}`,
    );
    expect(Object.keys(files).sort()).toEqual(
      [
        ...['README.txt', 'answers.csv', 'members.csv', 'rounds.json', 'runs.csv'],
        ...['001-first', '002-1-1-script-script-alert-1-script'].flatMap((given) =>
          ['json', 'ts'].map((ending) => `programs/${given}.${ending}`),
        ),
        ...[first, second].flatMap((run) =>
          ['csv', 'json', 'ndjson', 'ts'].map((ending) => `${run}.${ending}`),
        ),
      ].sort(),
    );
    expect(files[`${first}.ndjson`]).toBe(await (await app.request(`/runs/${runs[0]}.ndjson`)).text());
    expect(files[`${first}.json`]).toBe(await (await app.request(`/runs/${runs[0]}.json`)).text());
    expect(files[`${second}.ts`]).toBe(PROGRAM);
    expect(files['runs.csv']).toContain(`http://localhost/runs/${runs[0]}`);
    // All that the teacher gave, also what was repaired since; and which of them a run has.
    expect(files['programs/001-first.ts']).toBe('// First\nexport function job() {}\n');
    expect(JSON.parse(files['programs/001-first.json'] ?? '')).toMatchObject({ jobs: 7, modes: ['threads'] });
    const given = (files['runs.csv'] ?? '')
      .split('\n')
      .flatMap((row) => /,(\d*),completed,/.exec(row)?.[1] ?? []);
    expect(given).toEqual(['', '2']);
    expect(files['README.txt']).toContain('It has 2 runs.\r\n');
    // What a spreadsheet would take for a formula is text.
    expect(files['members.csv']).toContain(`1,"'=../CON:""x""",`);
    expect(files['answers.csv']).toContain(`,As long as the longest job,,'+they wait\r\n`);
    expect(JSON.parse(files['rounds.json'] ?? '')).toMatchObject([
      {
        firstVote: [{ member: 1, choice: 2 }],
        secondVote: [],
        explanations: [{ member: 1, text: '+they wait' }],
      },
    ]);
  });

  it('a run that is blocked or removed does not keep the others from being exported', async () => {
    await app.playground.storage.store.hide(runs[1] ?? '', 'blocked');
    const bytes = new Uint8Array(await (await teacher.get(at('export.zip'))).arrayBuffer());
    const names = Object.keys(unzipSync(bytes));
    expect(names.filter((name) => name.endsWith('.ndjson'))).toHaveLength(1);
    await app.playground.storage.store.hide(runs[1] ?? '', null);
  });

  it.each(['export.zip', 'export.html'])(
    '%s is for the teacher’s link only, and for as long as the room lasts',
    async (file) => {
      const wall = app.playground.rooms.byCode(code)?.key ?? '';
      for (const wrong of ['', wall, 'x'.repeat(21)])
        expect((await teacher.get(at(file, wrong))).status).toBe(404);
      expect((await teacher.get(`/rooms/ZZZZ/${file}?key=${key}`)).status).toBe(404);
      expect((await app.request(at(file), { method: 'HEAD' })).status).toBe(200);
    },
  );

  it('the teacher’s page links it', async () => {
    expect(await (await teacher.get(at('teach'))).text()).toContain(`href="${at('export.zip')}"`);
  });
});

describe('export.html', () => {
  it('has everything in one file that nothing in it can break out of, and that loads nothing', async () => {
    const response = await teacher.get(at('export.html'));
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="room-${code}.html"`);
    const text = await response.text();
    // Two runs, and the script.
    expect(text.match(/<\/script/g)).toHaveLength(3);
    const embedded = [...text.matchAll(/<script type="application\/json" class="run">(.*)<\/script>/g)].map(
      ([, json = '']) => JSON.parse(json),
    );
    expect(embedded.map(({ id, nth }) => [id, nth])).toEqual([
      [runs[0], 1],
      [runs[1], 2],
    ]);
    expect(embedded[1].code).toBe(PROGRAM);
    const events = inflateSync(Buffer.from(embedded[0].events, 'base64'));
    expect(`${new TextDecoder().decode(events)}\n`).toBe(
      await (await app.request(`/runs/${runs[0]}.ndjson`)).text(),
    );
    const head = text.slice(0, text.indexOf('<script'));
    expect(head).toContain(`content="default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-`);
    expect(head).toContain('+they wait');
    expect(/(?:src|href)="/.test(head)).toBe(false);
    // A class of thirty, with a run in four modes each, is a few MB.
    expect(text.length).toBeLessThan(500_000);
    expect(embedded[0].events.length).toBeLessThan(5000);
  });
});

describe('Downloads', () => {
  async function* endless(ended: () => void): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    try {
      for (;;) yield new Uint8Array(10);
    } finally {
      ended();
    }
  }

  it('there are only so many at a time; a place is free once its client has gone, or does not read on', async () => {
    let ended = 0;
    const downloads = new Downloads({ most: 2, stallMs: 20 });
    const start = () => downloads.start(endless(() => ended++));
    const [one, two] = [start(), start()];
    expect(start()).toBeNull();
    await one?.getReader().read();
    await expect.poll(() => ended).toBe(2);
    await expect(two?.getReader().closed).rejects.toThrow('stopped reading');
    const three = start();
    await three?.cancel();
    expect([start(), start(), start()].filter((one) => one !== null)).toHaveLength(2);
  });
});
