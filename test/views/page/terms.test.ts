/** Terms: each is defined once, and found in texts that use it. */
import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readCatalogue } from '../../../server/lessons/catalogue.ts';
import { LESSONS } from '../../../server/programs/build.ts';
import { lessonExplanation, lessonIntro } from '../../../views/page/lesson.ts';
import { sentenceTerms, termList, termsIn, withTerms } from '../../../views/page/terms.ts';
import { elements } from '../../markup.ts';
import { run, timelineOf } from '../../timeline/made-events.ts';

const linked = (html: unknown) =>
  elements(String(html), 'a')
    .filter(({ attributes }) => attributes.class === 'term')
    .map(({ attributes, text }) => [text, attributes.href]);

describe('termList', () => {
  it('termList: one line for each of the terms of the lessons, each with its own anchor', () => {
    const page = String(termList('/play'));
    const ids = elements(page, 'div').flatMap(({ attributes }) => attributes.id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const named =
      'thread process event-loop join daemon lock deadlock lost-update queue backpressure speed-up amdahls-law critical-path efficiency shared-memory pool worker concurrency parallelism job main lane semaphore permit condition starvation spinning';
    expect(ids).toEqual(expect.arrayContaining(named.split(' ')));
    const names = elements(page, 'dt').map(({ text }) => text);
    expect(names).toEqual(names.toSorted((a, b) => a.localeCompare(b)));
    for (const { attributes } of elements(page, 'a'))
      expect(fs.existsSync(`${LESSONS}/${attributes.href?.split('/').at(-1)}`), attributes.href).toBe(true);
  });
});

describe('withTerms', () => {
  it('withTerms: links the first use of each term to its definition; the text is unchanged', () => {
    const text = 'A deadlock of Threads & locks: a thread <b>waits</b>; lost updates too.';
    const html = String(withTerms(text, '/play'));
    expect(linked(html)).toEqual([
      ['deadlock', '/play/terms#deadlock'],
      ['Threads', '/play/terms#thread'],
      ['locks', '/play/terms#lock'],
      ['lost updates', '/play/terms#lost-update'],
    ]);
    expect(elements(`<p>${html}</p>`, 'p')[0]?.text).toBe(text);
    expect(html).not.toContain('<b>');
    expect(elements(html, 'a')[0]?.attributes.title).toMatch(/^A circle of waiting: .+\.$/);
  });

  it('withTerms: ignores names in code', () => {
    const code =
      'queue.Queue(3), multiprocessing.Lock, t.join(), join(timeout), worker_threads, process.exit, threading, worker.unref()';
    expect([...termsIn(code)]).toEqual([]);
    expect([...termsIn('unlock blocked joiner re-join')]).toEqual([]);
  });

  it('withTerms: does not link a term that was already seen', () => {
    const seen = new Set(['lock']);
    expect(linked(withTerms('a lock in a queue', '/play', seen))).toEqual([['queue', '/play/terms#queue']]);
    expect(linked(withTerms('a lock in a queue', '/play', seen))).toEqual([]);
  });
});

it('lessons: every lesson links terms, each once, none in a heading', async () => {
  for (const lesson of await readCatalogue(LESSONS)) {
    const intro = String(await lessonIntro(lesson, { stage: 'before', chosen: null }, '/play', '/play/a'));
    const explanation = String(await lessonExplanation(lesson, true, '/play'));
    const hrefs = linked(intro + explanation).map(([, href]) => href);
    const what = `${lesson.slug}: its texts use a term of the glossary (views/page/terms.ts)`;
    expect(hrefs.length, what).toBeGreaterThan(0);
    expect(new Set(hrefs).size, lesson.slug).toBe(hrefs.length);
    for (const name of ['h1', 'summary', 'legend'])
      for (const [whole] of (intro + explanation).matchAll(new RegExp(`<${name}.*?</${name}>`, 'gs')))
        expect(linked(whole)).toEqual([]);
  }
});

it('sentenceTerms: the terms of the sentence but for “job”, when it is final', () => {
  const jobs = [{ from: 0, to: 10 }];
  const passes = [
    { mode: 'sequential', jobs },
    { mode: 'threads', jobs },
  ] as const;
  const made = (status: 'completed' | null) =>
    timelineOf(
      run(
        passes.map((one) => ({ ...one, jobs })),
        status,
      ),
    );
  const told = 'In threads it took 2.4 s, as long as the longest job.';
  expect(linked(sentenceTerms(made('completed'), told, '/play')).map(([text]) => text)).toEqual(['thread']);
  expect(String(sentenceTerms(made(null), told, '/play'))).toBe('');
});
