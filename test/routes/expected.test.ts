/** How long a family of runs will take, as the form shows it before Run is pressed. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MODES } from '../../server/spec/modes.ts';
import { elements } from '../markup.ts';
import { type Fields, type PlaygroundApp, playgroundApp, SERIES } from '../playground-app.ts';

let app: PlaygroundApp;
beforeAll(async () => {
  app = await playgroundApp();
});
afterAll(() => app.close());

/** Returns the estimate of a family in the form of a page. */
function expectedOn(html: string): string | undefined {
  return elements(html, 'p').find(({ attributes }) => attributes.id === 'expected')?.text;
}

/** Returns an estimate's parts, of an answer or a page: what is said of a family, in all, by mode, and the warning. */
function words(html: string) {
  const all = [...elements(html, 'span'), ...elements(html, 'p')];
  const of = (id: string) => all.find(({ attributes }) => attributes.id === id)?.text ?? null;
  const modes = MODES.map((mode) => of(`expected-${mode}`));
  return { family: html.split('<')[0], all: of('expected-all'), modes, warning: of('expected-warning') };
}
const NOTHING = { family: '', all: '', modes: ['', '', '', ''], warning: '' };

describe('GET /expected', () => {
  const request = (fields: Fields) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(fields))
      for (const text of [value].flat()) query.append(name, text);
    return app.request(`/expected?${query}`);
  };
  const answer = async (part: Fields) => (await request({ ...SERIES, ...part })).text();
  const expected = async (part: Fields) => words(await answer(part)).family;
  const OF_TWO = { jobs: '4', minSeconds: '2', maxSeconds: '2' };

  it('GET /expected: the time of a repeat and a sweep, and whether it is too long', async () => {
    expect(await expected({ ...OF_TWO, repeat: '50' })).toBe(
      '50 runs, one after another: about 8.2 s each, 6 min 50 s in total.',
    );
    const sweep = { ...OF_TWO, modes: ['threads'], repeat: '', sweep: '4' };
    expect(await expected(sweep)).toBe(
      '4 runs, one after another: about 8.2 s with 1 worker, 2.2 s with 4, 19 s in total.',
    );
    expect(await expected({ ...OF_TWO, jobs: '50' })).toMatch(/longer than 60 s/);
  });

  it('GET /expected: without a seed it is close to the estimate for any seed', async () => {
    const part = { jobs: '3', minSeconds: '1', maxSeconds: '9', repeat: '10' };
    const all = await Promise.all(['', '', '7', '8'].map((seed) => expected({ ...part, seed })));
    expect(all[0]).toBe(all[1]);
    expect(new Set(all).size).toBe(3);
  });

  it('GET /expected: no family of a single run, and nothing at all if another field is wrong', async () => {
    for (const repeat of ['', '1']) expect(await expected({ repeat })).toBe('');
    const parts: Fields[] = [{ jobs: '0' }, { lesson: 'none' }, { modes: [] }, { repeat: '', jobs: '0' }];
    for (const part of parts) expect(words(await answer(part))).toEqual(NOTHING);
    const bare = await app.request('/expected');
    expect([bare.status, words(await bare.text()).family]).toEqual([200, '']);
    expect((await request({ repeat: ['2', '3'] })).status).toBe(200);
  });

  it('GET /expected: the time of a single run in all and by mode, on the page from the start', async () => {
    const fields = { ...OF_TWO, repeat: '', modes: ['sequential', 'processes'] };
    const times = { all: 'about 10 s', modes: ['about 8.2 s', '', '', 'about 2.2 s'], warning: '' };
    expect(words(await answer(fields))).toEqual({ family: '', ...times });
    const query = new URLSearchParams({ jobs: '4', minSeconds: '2', maxSeconds: '2' });
    for (const mode of fields.modes) query.append('modes', mode);
    const page = await (await app.newBrowser().get(`/lessons/one-by-one?${query}`)).text();
    expect(words(page)).toMatchObject(times);
    // A family's runs have no times by mode.
    const family = words(await answer({ ...OF_TWO, repeat: '50' }));
    expect(family).toMatchObject({ all: 'about 6 min 50 s', modes: ['', '', '', ''], warning: '' });
  });

  it('GET /expected: nothing of a program that somebody wrote, which may do anything; of /new as it comes', async () => {
    const fields = { ...OF_TWO, repeat: '', modes: ['sequential', 'processes'] };
    const code = 'export async function job(n, { sleep }) { await sleep(0.1); }';
    expect(words(await answer({ ...fields, code }))).toEqual(NOTHING);
    // The page sends its settings, and that the program is another.
    expect(words(await answer({ ...fields, edited: '1' }))).toEqual(NOTHING);
    expect(words(await answer({ ...OF_TWO, edited: '1' }))).toEqual({
      ...NOTHING,
      family: '3 runs, one after another.',
    });
    expect(words(await (await app.newBrowser().get('/new')).text()).all).toMatch(/^about /);
  });

  it('GET /expected: warns of what a limit will cut off, or may', async () => {
    const notebook = { repeat: '', seed: '', minSeconds: '1', maxSeconds: '10', modes: [...MODES] };
    expect(words(await answer({ ...notebook, jobs: '20' }))).toMatchObject({
      modes: ['cut off at 60 s', expect.stringMatching(/^about \d/), expect.any(String), expect.any(String)],
      warning: expect.stringMatching(
        /^One by one, the jobs need about (1 min \d0 s|2 min)\. Each mode is cut off after 60 s\.$/,
      ),
    });
    expect(words(await answer({ ...notebook, jobs: '11' })).warning).toBe(
      'One by one, the jobs may be cut off after 60 s.',
    );
    expect(words(await answer({ ...notebook, jobs: '5' })).warning).toBe('');
    // Four passes of 60 s: a run may take 300.
    const one = { ...notebook, jobs: '3', minSeconds: '90', maxSeconds: '90' };
    expect(words(await answer(one))).toMatchObject({
      all: 'about 4 min',
      warning:
        'One by one, the jobs need about 4 min 30 s; on the event loop, in threads and in processes about 1 min 30 s. Each mode is cut off after 60 s.',
    });
  });

  it.each<[Fields, RegExp]>([
    [{ repeat: '51' }, /^Enter a whole number from 1 to 50\.$/],
    [{ repeat: 'x' }, /^Enter a whole number from 1 to 50\.$/],
    [{ sweep: '3' }, /^Use Repeat or Sweep, not both\.$/],
    [{ repeat: '', sweep: '1', modes: ['threads'] }, /^Enter a whole number from 2 to \d+\.$/],
    [{ repeat: '', sweep: '3' }, /^A sweep needs workers: choose only threads, processes or both\.$/],
    [{ repeat: '', sweep: '3', jobs: '0' }, /^A sweep needs workers: /],
  ])('GET /expected: what is wrong with %o as a family is said', async (part, words) => {
    expect(await expected(part)).toMatch(words);
  });

  it('POST /runs: an error at the field of a family is not repeated', async () => {
    const browser = await app.browser();
    const wrong = await browser.submit('/runs', { ...SERIES, repeat: '', sweep: '3' });
    const html = await wrong.text();
    expect([wrong.status, expectedOn(html)]).toEqual([422, '']);
    expect(html).toMatch(/id="sweep-error"[^>]*>A sweep needs workers/);
  });

  it('GET /: a form that is filled in for a family has the estimate, a form with errors has none', async () => {
    const browser = await app.browser();
    expect(expectedOn(await (await browser.get('/')).text())).toBe('');
    const made = await browser.submit('/runs', { ...SERIES, ...OF_TWO });
    const id = (made.headers.get('location') ?? '').replace('/families/', '');
    await browser.submit(`/families/${id}/cancel`);
    const again = await (await browser.get(`/?from=${id}`)).text();
    expect(expectedOn(again)).toBe('3 runs, one after another: about 8.2 s each, 25 s in total.');
    const wrong = await browser.submit('/runs', { ...SERIES, ...OF_TWO, lesson: 'none' });
    expect([wrong.status, expectedOn(await wrong.text())]).toEqual([422, '']);
  });
});
