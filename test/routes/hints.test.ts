/** Hints for a program while it is written. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, type PlaygroundApp, playgroundApp } from '../playground-app.ts';

let app: PlaygroundApp;
let browser: Client;
beforeAll(async () => {
  app = await playgroundApp();
  browser = await app.browser();
});
afterAll(() => app.close());

const CODE = 'export async function job(n, { work }) {\r\n  await work("2");\r\n}';
const FOUND = [
  { line: 2, column: 14, endLine: 2, endColumn: 17, text: 'This should be a number, not a string.' },
];

it('POST /hints: a form and JSON get the same hints, as JSON that nobody keeps', async () => {
  for (const response of [
    await browser.submit('/hints', { code: CODE }),
    await app.program().sendJson('/hints', { code: CODE }),
  ]) {
    expect(response.status).toBe(200);
    expect(response.headers.get('Content-Type')).toMatch(/^application\/json/);
    expect(response.headers.get('Cache-Control')).toBe('no-store');
    expect(await response.json()).toEqual(FOUND);
  }
  expect(await (await browser.submit('/hints', { code: '' })).json()).toEqual([]);
});

it('POST /hints: what is no program, or too long, is refused with the reason', async () => {
  const program = app.program();
  for (const body of [{}, { code: 5 }, [], null, '{'])
    expect((await program.sendJson('/hints', body)).status).toBe(422);
  expect((await browser.submit('/hints', { other: 'x' })).status).toBe(422);
  expect((await program.sendJson('/hints', { code: ' '.repeat(65_536) })).status).toBe(200);
  const long = await program.sendJson('/hints', { code: 'é'.repeat(32_769) });
  expect(long.status).toBe(422);
  expect(await long.json()).toMatchObject({
    errors: [{ field: 'code', message: expect.stringContaining('64 KiB') }],
  });
  expect((await program.sendJson('/hints', { code: ' '.repeat(300_000) })).status).toBe(413);
});

it('POST /hints: a page of another site is refused', async () => {
  const response = await browser.submit('/hints', { code: CODE }, { 'Sec-Fetch-Site': 'cross-site' });
  expect(response.status).toBe(403);
});

it('POST /hints: a person who asks for more than their share has to wait', async () => {
  const statuses = await Promise.all(
    Array.from({ length: 5 }, async (_, n) => {
      const response = await browser.submit('/hints', { code: `${CODE} // ${n}` });
      return [response.status, response.headers.get('Retry-After')];
    }),
  );
  expect(statuses).toContainEqual([200, null]);
  expect(statuses).toContainEqual([429, '2']);
  expect(await (await browser.submit('/hints', { code: CODE })).json()).toEqual(FOUND);
});
