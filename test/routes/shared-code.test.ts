/**
 * A run of a program that a stranger wrote: nothing of it executes, controls a terminal or a spreadsheet, is listed by
 * search engines, or stays in caches, in any form in which it is shared.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENDINGS } from '../../server/exports/exports.ts';
import { elements } from '../markup.ts';
import { type Client, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

const EVIL = '<img src=x onerror=alert(1)></textarea></script><script>alert(2)</script>';
/** What controls a terminal or turns text around, but line ends and tabs. */
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;
const CODE = `// =cmd|'/c calc'!A1 "${EVIL}\u202e ../../etc/passwd
const evil = '\\u001b]0;evil\\u0007\\u009b31m\\u202e\\r${EVIL.replaceAll('/', '\\/')}';
const name = '=2+3,"${EVIL.replaceAll('/', '\\/')}\\u202e';
export async function job(n, { lock, log }) {
  console.error('=1+1,' + evil);
  log('@SUM(A1)' + evil);
  await lock(name).acquire();
  throw new Error(evil);
}
export async function main({ start, lock, sleep }) {
  const held = lock(name);
  await held.acquire();
  const job = await start(0);
  await sleep(0.2);
  held.release();
  await sleep(0.1);
  throw new Error(evil);
}
`;
const TEXTS = ['json', 'ndjson', ...ENDINGS.filter((one) => one !== 'png')].map((one) => `.${one}`);
const ALL = [
  ...TEXTS,
  '',
  '.png',
  '/embed',
  '/qr.svg',
  '/source.ts',
  '/program.mjs',
  '/program.ts',
  '/events',
];

let app: PlaygroundApp;
let owner: Client;
let id: string;
let lessonId: string;
beforeAll(async () => {
  app = await playgroundApp();
  owner = await app.browser();
  const spec = { ...QUICK, modes: ['threads'] };
  [id, lessonId] = await Promise.all([app.start({ ...spec, code: CODE }, owner), app.start(QUICK)]);
  await Promise.all([app.events(id), app.events(lessonId)]);
});
afterAll(() => app.close());

const html = { Accept: 'text/html' };
const get = (path: string, run = id) => app.request(`/runs/${run}${path}`, { headers: html });

describe('a run of a stranger’s program', () => {
  it.each(ALL)('%s: is not listed, and never used from a cache without asking', async (form) => {
    const [own, lessons] = await Promise.all([get(form), get(form, lessonId)]);
    expect([own.status, lessons.status]).toEqual([200, 200]);
    expect(own.headers.get('x-robots-tag')).toBe('noindex');
    expect(lessons.headers.get('x-robots-tag')).toBe('noindex');
    for (const { headers } of [own, lessons]) {
      expect(headers.get('cache-control')).toMatch(/no-cache|no-store/);
      expect(headers.get('cache-control')).not.toContain('public');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('page, compare, from, embed: ask not to be listed', async () => {
    const robots = async (path: string) => {
      const page = await (await app.request(path, { headers: html })).text();
      return elements(page, 'meta').find(({ attributes }) => attributes.name === 'robots')?.attributes
        .content;
    };
    const compared = `/compare?a=${lessonId}&b=${id}`;
    const embed = `/runs/${id}/embed`;
    for (const path of [`/runs/${id}`, `/runs/${lessonId}`, embed, compared, `/?from=${id}`])
      expect(await robots(path), path).toBe('noindex');
    expect((await app.request(compared)).headers.get('x-robots-tag')).toBe('noindex');
  });

  it.each(['.json', '.ndjson', '/program.mjs', '/qr.svg'])('%s: is not sent twice', async (form) => {
    const tag = (await get(form)).headers.get('etag') ?? '';
    const again = await app.request(`/runs/${id}${form}`, { headers: { 'If-None-Match': tag } });
    expect(again.status).toBe(304);
  });

  it('page, embed, compare: its texts are text', async () => {
    const plain = elements(await (await get('', lessonId)).text(), 'script').length;
    for (const path of [`/runs/${id}`, `/runs/${id}/embed`, `/compare?a=${lessonId}&b=${id}`]) {
      const page = await (await app.request(path, { headers: html })).text();
      expect(page).not.toContain('<img src=x');
      expect(page).not.toContain('<script>alert');
      if (!path.includes('compare')) expect(elements(page, 'script')).toHaveLength(plain);
    }
    const page = await (await get('')).text();
    const field = /<textarea id="code"[^>]*>\n([\s\S]*?)<\/textarea>/.exec(page)?.[1] ?? '';
    // Only the field has the program as it is; where it is shown, what turns text around is seen.
    expect(page.replace(field, '')).not.toMatch(CONTROLS);
    expect(page).toContain('‹U+202E›');
    expect(elements(page, 'title')[0]?.text).not.toMatch(CONTROLS);
  });

  it.each(TEXTS)('%s: controls no terminal', async (form) => {
    const text = await (await get(form)).text();
    expect(text).not.toMatch(CONTROLS);
    expect(text.length).toBeGreaterThan(100);
  });

  it('.csv: no cell is a formula', async () => {
    const text = await (await get('.csv')).text();
    expect(text).toContain("'=2+3");
    expect(text).not.toMatch(/(^|[,;"])[=+@-]\d/m);
  });

  it('.svg: is a picture without script', async () => {
    const svg = await (await get('.svg')).text();
    expect(svg).not.toMatch(/<(script|img|image|foreignObject)\b/i);
  });

  it.each(['mjs', 'ts'])('program.%s: is saved as text, never executed by a page', async (language) => {
    const { headers } = await get(`/program.${language}`);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="[\w.-]+"$/);
  });

  it.each(TEXTS)('%s: has a plain file name', async (form) => {
    const name = (await get(form)).headers.get('content-disposition');
    if (name !== null) expect(name).toMatch(/^(inline|attachment); filename="[\w.-]+"$/);
  });

  it('page: others can report it, whoever made it can delete it', async () => {
    const actions = (page: string) => elements(page, 'form').map(({ attributes }) => attributes.action);
    const theirs = await (await (await app.browser()).get(`/runs/${id}`)).text();
    const mine = await (await owner.get(`/runs/${id}`)).text();
    expect(actions(theirs)).toContain(`/runs/${id}/report`);
    expect(actions(mine)).not.toContain(`/runs/${id}/report`);
    expect(mine).toContain(`href="/runs/${id}/delete"`);
    expect(theirs).not.toContain(`href="/runs/${id}/delete"`);
  });

  it('GET /runs, My runs: its title is text', async () => {
    const list = await (await owner.get('/runs')).text();
    expect(list).toContain('&lt;img src=x');
    expect(list).not.toMatch(CONTROLS);
  });
});
