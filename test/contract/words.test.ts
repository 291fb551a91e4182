/** What a learner reads when a program does something unexpected: messages that say what it was, and where. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';
import { JAVASCRIPT } from '../../server/spec/runtimes.ts';
import { playFirst, skipUntilAll } from '../everyday.ts';
import { markedLine } from './marked-line.ts';
import { type Ground, openGround, type Played, play } from './play.ts';
import { alive } from './processes.ts';

let ground: Ground;
beforeAll(async () => {
  ground = await openGround({ PASS_SECONDS: '20', CORES: '8' });
});
afterAll(() => ground.end());

/** How each job of a pass ended: with which error, at which line. */
const ends = (pass: Played) =>
  pass
    .of('job-ended')
    .toSorted((a, b) => a.job - b.job)
    .map(({ error, line }) => [error, line]);

describe.each(JAVASCRIPT)('%s', (runtime) => {
  const runs = new Map<string, Played>();
  playFirst(async () => {
    const jobs: [string, number][] = [
      ['throws-anything', 7],
      ['takes-mains', 3],
      ['writes-over', 5],
      ['logs-anything', 2],
      ['main-exits', 1],
      ['exits-to-load', 1],
    ];
    const all = jobs.map(async ([lesson, jobs]) =>
      runs.set(lesson, await play(ground, { lesson, runtime, jobs })),
    );
    await Promise.all(all);
  });
  const passOf = (lesson: string, mode: (typeof MODES)[number]) => (runs.get(lesson) as Played).pass(mode);

  test.each(MODES)(`%s on ${runtime}: a thrown value is shown, even if it is not an error`, (mode) => {
    const pass = passOf('throws-anything', mode);
    const frozen = 'RangeError: frozen';
    const errors = [
      "'a text' was thrown",
      'undefined was thrown',
      'undefined was thrown',
      "{ code: 5, of: [ 'a', 'list' ] } was thrown",
      frozen,
      'something that cannot be shown',
      "AggregateError: All promises were rejected: Error: one; 'two' was thrown",
    ];
    expect(ends(pass).map(([error]) => error)).toEqual(errors);
    for (const [job, error] of errors.entries())
      expect(pass.texts(job)).toEqual([`Job ${job} failed: ${error}`]);
    expect(pass.one('pass-ended').status).toBe('completed');
  });

  test(`on ${runtime}: an unhandled rejection without a value is reported for its job`, async () => {
    const run = await play(ground, { lesson: 'throws-anything', runtime, jobs: 8 });
    for (const mode of run.spec.modes) {
      const pass = run.pass(mode);
      expect(pass.texts(7)).toEqual(['Job 7 failed: undefined was thrown']);
      expect(alive(pass.pids)).toEqual([]);
    }
  });

  test.each(MODES)(`%s on ${runtime}: a job that calls a function of main fails at its line`, (mode) => {
    const pass = passOf('takes-mains', mode);
    expect(ends(pass)).toEqual([
      ['Error: start(2): only main can start jobs.', markedLine('takes-mains', 'start')],
      ['Error: join({…}): only main can join jobs.', markedLine('takes-mains', 'join')],
      [null, undefined],
    ]);
    expect(pass.texts(null)).toEqual([
      'TypeError: join({…}): needs the result of `await start(…)`.',
      'TypeError: join(undefined): needs the result of `await start(…)`.',
      "TypeError: join('a\\nb'): needs the result of `await start(…)`.",
      'RangeError: start(undefined): needs the number of a job, from 0 to 1000.',
      'RangeError: start(a function): needs the number of a job, from 0 to 1000.',
      'RangeError: start(1001): needs the number of a job, from 0 to 1000.',
    ]);
    expect(pass.one('pass-ended').status).toBe('completed');
  });

  test.each(MODES)(`%s on ${runtime}: the api is read-only, and names of locks must be readable`, (mode) => {
    const pass = passOf('writes-over', mode);
    const lines = [0, 1, 2, 3, 4].map((mark) => markedLine('writes-over', String(mark)));
    expect(ends(pass)).toEqual([
      ['TypeError: Cannot add property value, object is not extensible', lines[0]],
      [expect.stringContaining("TypeError: Cannot assign to read only property 'counter'"), lines[1]],
      ["TypeError: lock('a\\nb'): needs a name of 1 to 100 characters, on one line.", lines[2]],
      ["TypeError: lock(''): needs a name of 1 to 100 characters, on one line.", lines[3]],
      ['RangeError: queue.limit(1152921504606847000): needs a whole number from 1 to 1,000,000.', lines[4]],
    ]);
    expect(pass.texts(null)).toEqual([]);
  });

  test.each(MODES)(
    `%s on ${runtime}: logged values are shown, and errors without foreign stack frames`,
    (mode) => {
      const texts = passOf('logs-anything', mode).texts(0);
      expect(texts.slice(0, 7)).toEqual([
        '<ref *1> { n: 0, self: [Circular *1] }',
        "[ 1, [ 'a' ] ]",
        '10',
        'Symbol(s)',
        'undefined',
        'TypeError: no',
        'Map(1) { 1 => 2 }',
      ]);
      const line = markedLine('logs-anything', 'told');
      expect(texts.slice(7)).toEqual([
        'TypeError: told',
        expect.stringMatching(`^ +at (Object\\.|Module\\.)?job \\(program\\.ts:${line}:\\d+\\)$`),
      ]);
    },
  );

  test.each(MODES)(`%s on ${runtime}: a log of few long lines is cut, and says so`, (mode) => {
    const pass = passOf('logs-anything', mode);
    expect(pass.of('cut')).toMatchObject([{ what: 'log', job: 1 }]);
    expect(pass.texts(1).length).toBeLessThan(50);
    expect(pass.outcomes).toEqual(['done', 'done']);
  });

  test.each(MODES)(`%s on ${runtime}: a program that ends its process is reported with its line`, (mode) => {
    const all = [
      ['main-exits', 4],
      ['exits-to-load', 5],
    ] as const;
    const played = all.filter(([lesson]) => runs.get(lesson)?.spec.modes.includes(mode));
    if (played.length === 0) skipUntilAll(`a program that ends its process in mode ${mode} on ${runtime}`);
    for (const [lesson, code] of played) {
      const pass = passOf(lesson, mode);
      const text = `Main failed: It called process.exit: its process exited with code ${code}.`;
      expect(pass.of('log')).toMatchObject([
        { job: null, stream: 'stderr', text, line: markedLine(lesson, 'exit') },
      ]);
      expect(pass.one('pass-ended').error).toBe(`The program’s process exited with code ${code}.`);
      expect(alive(pass.pids)).toEqual([]);
    }
  });
});
