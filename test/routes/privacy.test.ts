/** The page about what is stored is true, as far as a test can tell. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IN_BROWSER } from '../../views/page/privacy.ts';
import { elements } from '../markup.ts';
import { type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';

let app: PlaygroundApp;
let text: string;
beforeAll(async () => {
  app = await playgroundApp({ RETENTION_DAYS: '7', TRUST_PROXY: '1' });
  text = await (await app.request('/privacy')).text();
});
afterAll(() => app.close());

const inFiles = (words: string) =>
  fs.globSync(path.join(app.folder, 'playground.db*')).some((file) => fs.readFileSync(file).includes(words));

/** Files of the page's script, with their text. */
const SCRIPTS = fs
  .globSync(new URL('../../static/**/*.ts', import.meta.url).pathname)
  .map((file) => [file.replace(/.*\/static\//, ''), fs.readFileSync(file, 'utf8')] as const);

describe('/privacy', () => {
  it('privacy: is linked from every page, and says how long runs are kept', async () => {
    const page = await (await app.request('/terms')).text();
    expect(elements(page, 'a').map(({ attributes }) => attributes.href)).toContain('/privacy');
    expect(text).toContain('They are kept for 7 days');
  });

  it('privacy: names what the page’s script keeps', () => {
    const users = SCRIPTS.filter(([, code]) => /localStorage|sessionStorage|document\.cookie/.test(code));
    // A file that begins to keep something needs a line on the page, and then one here.
    const known =
      /^(page\/(guesses|cancel|edit)|run\/(kept|strips-button)|editor\/(own-draft|tab)|room\/shared-views)\.ts$/;
    expect(users.map(([name]) => name).filter((name) => !known.test(name))).toEqual([]);
    const everything = SCRIPTS.map(([, code]) => code).join('\n');
    for (const { key } of IN_BROWSER) {
      const name = key.replace(/…$/, '');
      expect(text).toContain(`<code>${key}</code>`);
      if (!['person', 'program:'].includes(name)) expect(everything, key).toContain(name);
    }
    const written = [...everything.matchAll(/(?:#load|#save|keep|kept)\(\s*[`'"]([\w -]+:?)/g)];
    const constants = [...everything.matchAll(/#save\(\s*([A-Z_]+)\b/g)].map(([, constant]) =>
      new RegExp(`const ${constant} = '([^']*)'`).exec(everything),
    );
    expect(constants.length).toBeGreaterThan(2);
    for (const [, name = ''] of [...written, ...constants.map((found) => found ?? [])])
      expect(IN_BROWSER.map(({ key }) => key.replace(/…$/, ''))).toContain(name);
  });

  it('privacy: sets the one cookie that it names, for a year, and loads nothing from elsewhere', async () => {
    const { headers } = await app.newBrowser().get('/');
    expect(headers.getSetCookie()).toEqual([expect.stringMatching(/^person=.*; Max-Age=31536000;/)]);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:/);
  });

  it('privacy: the address of a browser is not stored; without a cookie the network is, as it says', async () => {
    const browser = await app.browser();
    const id = await app.start(QUICK, {
      ...browser,
      sendJson: (path, body) => browser.sendJson(path, body, { 'X-Forwarded-For': '203.0.113.77' }),
    });
    await app.events(id);
    expect(inFiles(id)).toBe(true);
    expect(inFiles('203.0.113.77')).toBe(false);
    await app.start(QUICK, {
      ...app.program(),
      sendJson: (path, body) =>
        app.program().sendJson(path, body, { 'X-Forwarded-For': '2001:db8:1:2:3:4:5:6' }),
    });
    expect(inFiles('2001:db8:1:2::/64')).toBe(true);
    expect(inFiles('2001:db8:1:2:3')).toBe(false);
    expect(text).toContain('your network address is stored with them as their owner');
  });
});
