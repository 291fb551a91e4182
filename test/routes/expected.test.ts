/** How long a family of runs will take, as the form shows it before Run is pressed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elements } from '../markup.ts';
import { type Fields, type PlaygroundApp, playgroundApp } from '../playground-app.ts';

const FIELDS: Fields = {
  lesson: 'one-by-one',
  modes: ['sequential'],
  runtime: 'node',
  jobs: '1',
  workers: '',
  minSeconds: '0',
  maxSeconds: '0',
  work: 'wait',
  seed: '7',
  repeat: '3',
  sweep: '',
};

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

/** Returns the estimate in the form of a page. */
function expectedOn(html: string): string | undefined {
  return elements(html, 'p').find(({ attributes }) => attributes.id === 'expected')?.text;
}

describe('GET /expected', () => {
  const request = (fields: Fields) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(fields))
      for (const text of [value].flat()) query.append(name, text);
    return app.request(`/expected?${query}`);
  };
  const expected = async (part: Fields) => (await request({ ...FIELDS, ...part })).text();
  const OF_TWO = { jobs: '4', minSeconds: '2', maxSeconds: '2' };

  it('GET /expected: the time of a repeat and a sweep, and whether it is too long', async () => {
    expect(await expected({ ...OF_TWO, repeat: '50' })).toBe(
      '50 runs, one after the other: about 8.2 s each, 6 min 50 s in all.',
    );
    const sweep = { ...OF_TWO, modes: ['threads'], repeat: '', sweep: '4' };
    expect(await expected(sweep)).toBe(
      '4 runs, one after the other: about 8.2 s with 1 worker, 2.2 s with 4, 19 s in all.',
    );
    expect(await expected({ ...OF_TWO, jobs: '50' })).toMatch(/longer than the 60 s per mode/);
  });

  it('GET /expected: without a seed it is close to the estimate for any seed', async () => {
    const part = { jobs: '3', minSeconds: '1', maxSeconds: '9', repeat: '10' };
    const all = await Promise.all(['', '', '7', '8'].map((seed) => expected({ ...part, seed })));
    expect(all[0]).toBe(all[1]);
    expect(new Set(all).size).toBe(3);
  });

  it('GET /expected: nothing for a single run, or if another field is wrong', async () => {
    const parts: Fields[] = [{ repeat: '' }, { repeat: '1' }, { jobs: '0' }, { lesson: 'none' }];
    for (const part of [...parts, { modes: [] }, { repeat: '', jobs: '0' }])
      expect(await expected(part)).toBe('');
    const bare = await app.request('/expected');
    expect([bare.status, await bare.text()]).toEqual([200, '']);
    expect((await request({ repeat: ['2', '3'] })).status).toBe(200);
  });

  it.each<[Fields, RegExp]>([
    [{ repeat: '51' }, /^Enter a whole number from 1 to 50\.$/],
    [{ repeat: 'x' }, /^Enter a whole number from 1 to 50\.$/],
    [{ sweep: '3' }, /^Use Repeat or Sweep, not both\.$/],
    [{ repeat: '', sweep: '1', modes: ['threads'] }, /^Enter a whole number from 2 to \d+\.$/],
    [{ repeat: '', sweep: '3' }, /^Workers are threads or processes: choose no other way to run them\.$/],
    [{ repeat: '', sweep: '3', jobs: '0' }, /^Workers are threads or processes: /],
  ])('GET /expected: what is wrong with %o as a family is said', async (part, words) => {
    expect(await expected(part)).toMatch(words);
  });

  it('POST /runs: an error at the field of a family is not repeated', async () => {
    const browser = await app.browser();
    const wrong = await browser.submit('/runs', { ...FIELDS, repeat: '', sweep: '3' });
    const html = await wrong.text();
    expect([wrong.status, expectedOn(html)]).toEqual([422, '']);
    expect(html).toMatch(/id="sweep-error"[^>]*>Workers are threads or processes/);
  });

  it('GET /: a form that is filled in for a family has the estimate, a form with errors has none', async () => {
    const browser = await app.browser();
    expect(expectedOn(await (await browser.get('/')).text())).toBe('');
    const made = await browser.submit('/runs', { ...FIELDS, ...OF_TWO });
    const id = (made.headers.get('location') ?? '').replace('/families/', '');
    await browser.submit(`/families/${id}/cancel`);
    const again = await (await browser.get(`/?from=${id}`)).text();
    expect(expectedOn(again)).toBe('3 runs, one after the other: about 8.2 s each, 25 s in all.');
    const wrong = await browser.submit('/runs', { ...FIELDS, ...OF_TWO, lesson: 'none' });
    expect([wrong.status, expectedOn(await wrong.text())]).toEqual([422, '']);
  });
});
