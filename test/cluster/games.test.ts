/** Being the scheduler where one server answers and another executes: by a real database. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elements, formFields } from '../markup.ts';
import { type PlaygroundApp, playgroundApp } from '../playground-app.ts';
import { hasPostgres, newTestDatabase } from '../postgres.ts';

describe.skipIf(!hasPostgres)('a web server and a runner', () => {
  let web: PlaygroundApp;
  let runner: PlaygroundApp;
  beforeAll(async () => {
    const DATABASE_URL = await newTestDatabase();
    runner = await playgroundApp({ DATABASE_URL, ROLE: 'runner' });
    web = await playgroundApp({ DATABASE_URL, ROLE: 'web' });
  });
  afterAll(async () => {
    await web.close();
    await runner.close();
  });

  it('a program of a challenge: it is executed by hand on the web server, and its order on the runner', async () => {
    const browser = await web.browser();
    const page = await (await browser.get('/challenges/lost-update')).text();
    const code = elements(page, 'textarea')[0]?.text ?? '';
    const begun = await browser.submit('/games', { ...formFields(page), code });
    expect([begun.status, await begun.text()]).toEqual([303, '']);
    const game = begun.headers.get('location') ?? '';
    for (;;) {
      const shown = await (await browser.get(game)).text();
      const [step] = elements(shown, 'button').filter(({ attributes }) => attributes.name === 'step');
      if (step === undefined) break;
      const { value = '', 'data-at': at = '' } = step.attributes;
      expect((await browser.submit(`${game}/pick`, { at, step: value })).status).toBe(303);
    }
    const saved = await browser.submit(`${game}/save`);
    expect(saved.status).toBe(303);
    const events = await web.events((saved.headers.get('location') ?? '').split('/').at(-1) ?? '');
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', status: 'completed' });
  });

  it('a search for orders that the web server accepts is made on the runner', async () => {
    const browser = await web.browser();
    const page = await (await browser.get('/challenges/lost-update')).text();
    const code = elements(page, 'textarea')[0]?.text ?? '';
    const submitted = await browser.submit('/runs', { ...formFields(page), code });
    expect(submitted.status).toBe(303);
    const family = submitted.headers.get('location') ?? '';
    const json = async () => (await browser.get(`${family}.json`)).json();
    await expect
      .poll(async () => (await json()).status, { timeout: 60_000, interval: 250 })
      .toBe('completed');
    expect((await json()).challenge).toMatchObject({ is: 'breaks', orders: 6, failing: 4 });
  });
});
