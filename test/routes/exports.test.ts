import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DOMParser } from '@xmldom/xmldom';
import { decode } from 'fast-png';
import decodeQr from 'qr/decode.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../../server/app.ts';
import { COLUMNS } from '../../server/exports/csv.ts';
import { ENDINGS } from '../../server/exports/exports.ts';
import { rasterise } from '../../server/exports/rasterise.ts';
import type { Trace } from '../../server/exports/trace.ts';
import { startPlayground } from '../../server/playground.ts';
import type { Playground } from '../../server/routes/playground.ts';
import { readSettings } from '../../server/settings.ts';
import { elements } from '../markup.ts';
import { ENDLESS, type PlaygroundApp, playgroundApp, QUICK } from '../playground-app.ts';
import { prepared } from '../prepared.ts';
import { HOSTILE_LOCK } from './lessons/hostile-names/program.ts';

/** Parses XML; throws at the first error. The replacement for characters that XML cannot contain is well-formed. */
function readXml(text: string) {
  const onError = (level: string, message: string) => {
    if (message.startsWith('Unicode replacement character')) return;
    throw new Error(`${level}: ${message}`);
  };
  return new DOMParser({ onError }).parseFromString(text, 'image/svg+xml');
}

/** Returns how many pixels of an image differ from its first. */
function painted({ data, channels }: ReturnType<typeof decode>): number {
  let count = 0;
  for (let at = 0; at < data.length; at += channels) {
    if (data[at] !== data[0] || data[at + 1] !== data[1] || data[at + 2] !== data[2]) count++;
  }
  return count;
}

async function pngOf(response: Response) {
  return decode(new Uint8Array(await response.arrayBuffer()));
}

describe('the exports of a run', () => {
  let app: PlaygroundApp;
  let id: string;
  let live: string;

  beforeAll(async () => {
    app = await playgroundApp({ ALLOWED_HOSTS: 'playground.example' });
    id = await app.start({ modes: ['sequential', 'threads'], jobs: 3, minSeconds: 0.05, maxSeconds: 0.1 });
    await app.events(id);
    live = await app.start(ENDLESS);
    await app.until(live, (event) => event.type === 'wait-started');
  });
  afterAll(() => app.close());

  it.each(ENDINGS)('.%s: 404 if there is no run', async (form) => {
    expect((await app.request(`/runs/nobody.${form}`)).status).toBe(404);
  });

  it.each(['embed', 'qr.svg'])('/%s: 404 if there is no run', async (name) => {
    expect((await app.request(`/runs/nobody/${name}`)).status).toBe(404);
  });

  it.each(ENDINGS)(
    '.%s: the export of an ended run is asked for again, because it may be deleted, and not sent twice',
    async (form) => {
      const response = await app.request(`/runs/${id}.${form}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-cache');
      const tag = response.headers.get('etag') ?? '';
      expect(tag).toMatch(/^"\w+"$/);
      const again = await app.request(`/runs/${id}.${form}`, { headers: { 'If-None-Match': tag } });
      expect(again.status).toBe(304);
      expect(await again.text()).toBe('');
      expect(response.headers.get('set-cookie')).toBeNull();
    },
  );

  // Not txt: the run has not printed anything yet.
  it.each(ENDINGS.filter((form) => form !== 'txt'))(
    '.%s: the export of a run under way has the events so far, and is not cached',
    async (form) => {
      const response = await app.request(`/runs/${live}.${form}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(100);
    },
  );

  it('.svg: is one document with every pass and its own style, and loads nothing', async () => {
    const response = await app.request(`/runs/${id}.svg`);
    expect(response.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'",
    );
    expect(response.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    const text = await response.text();
    const svg = readXml(text).documentElement!;
    expect(svg.namespaceURI).toBe('http://www.w3.org/2000/svg');
    const words = svg.textContent ?? '';
    for (const word of ['One by one', 'In threads', 'main', 'job 2', 'sleeping', 'One by one, then']) {
      expect(words).toContain(word);
    }
    expect(words).not.toContain('cut off');
    expect(text).toContain('@media (prefers-color-scheme: dark)');
    expect(text).not.toMatch(/var\(|<script|\sstyle=|\son\w+=|href=/);
    // One sleep per job and pass.
    expect(text.match(/class="bar sleep"/g)).toHaveLength(7);
  });

  it('.png: is a link card of the run, made once', async () => {
    const response = await app.request(`/runs/${id}.png`);
    expect(response.headers.get('content-type')).toBe('image/png');
    const image = await pngOf(response);
    expect({ width: image.width, height: image.height }).toEqual({ width: 1200, height: 630 });
    expect(painted(image)).toBeGreaterThan(10_000);
    // Text is drawn too: the sentence is above the first pass.
    const top = { ...image, data: image.data.slice(0, 1200 * 100 * image.channels) };
    expect(painted(top)).toBeGreaterThan(1000);
  });

  it('.csv: has a row for each bar, as an attachment', async () => {
    const response = await app.request(`/runs/${id}.csv`);
    expect(response.headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/);
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename="one-by-one-${id}.csv"`);
    const rows = (await response.text()).trimEnd().split('\r\n');
    expect(rows[0]).toBe(COLUMNS.join(','));
    expect(rows.filter((row) => row.includes(',sleep,'))).toHaveLength(6);
  });

  it('.txt: has every printed line, under its pass', async () => {
    const response = await app.request(`/runs/${id}.txt`);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe(`inline; filename="one-by-one-${id}.txt"`);
    const lines = (await response.text()).split('\n');
    const logs = (await app.events(id)).flatMap((event) => (event.type === 'log' ? [event.text] : []));
    for (const log of logs) expect(lines.some((line) => line.endsWith(`  ${log}`))).toBe(true);
    expect(lines.filter((line) => !/^ +\d/.test(line))).toEqual(['One by one', '', 'In threads', '']);
  });

  it('.trace.json: names the passes and contains the address of the run', async () => {
    const response = await app.request(`http://playground.example/runs/${id}.trace.json`);
    expect(response.headers.get('content-type')).toBe('application/json');
    const trace = await response.json();
    expect(trace.otherData).toEqual({ run: `http://playground.example/runs/${id}`, lesson: 'one-by-one' });
    const names = trace.traceEvents.flatMap((one: { name: string; args: { name: string } }) =>
      one.name === 'process_name' ? [one.args.name] : [],
    );
    expect(names).toEqual(['1. One by one', '2. In threads']);
  });

  it('/embed: may be framed by any site, unlike other responses, and sets no cookie', async () => {
    const embed = await app.request(`/runs/${id}/embed`, { headers: { Accept: 'text/html' } });
    expect(embed.status).toBe(200);
    expect(embed.headers.get('content-security-policy')).toContain('frame-ancestors *');
    expect(embed.headers.get('content-security-policy')).toContain("script-src 'self'");
    expect(embed.headers.get('x-frame-options')).toBeNull();
    expect(embed.headers.get('set-cookie')).toBeNull();
    const page = await embed.text();
    expect(elements(page, 'run-view')).toHaveLength(1);
    expect(elements(page, 'svg').filter(({ attributes }) => attributes.class === 'drawing')).toHaveLength(2);
    expect(elements(page, 'a').map(({ attributes }) => attributes.href)).toEqual([`/runs/${id}`]);
    expect(elements(page, 'form')).toEqual([]);
    for (const path of ['/', `/runs/${id}`, `/runs/${id}.json`, '/runs', '/runs/nobody/embed', '/healthz']) {
      const { headers } = await app.request(path);
      expect(headers.get('content-security-policy'), path).toContain("frame-ancestors 'self'");
      expect(headers.get('x-frame-options'), path).toBe('SAMEORIGIN');
    }
  });

  it('/qr.svg: decodes to the address of the run', async () => {
    const response = await app.request(`http://playground.example:8080/runs/${id}/qr.svg`);
    expect(response.headers.get('content-type')).toContain('image/svg+xml');
    const svg = await response.text();
    readXml(svg);
    const png = rasterise(svg, 400);
    const { width, height, data } = decode(png);
    expect(decodeQr({ width, height, data: new Uint8Array(data) })).toBe(
      `http://playground.example:8080/runs/${id}`,
    );
  });

  it('the page of a run has a link card with absolute addresses', async () => {
    const card = async (headers: Record<string, string> = {}) => {
      const response = await app.request(`http://playground.example/runs/${id}`, { headers });
      const metas = elements(await response.text(), 'meta').map(({ attributes }) => attributes);
      return (name: string) => metas.find((meta) => meta.property === name || meta.name === name)?.content;
    };
    const plain = await card();
    expect(plain('og:image')).toBe(`http://playground.example/runs/${id}.png`);
    expect(plain('og:url')).toBe(`http://playground.example/runs/${id}`);
    expect(plain('twitter:card')).toBe('summary_large_image');
    expect(plain('og:description')).toMatch(/^Threads|^In threads|as fast as/);
    // Without a trusted proxy, the headers are ignored.
    const forged = await card({ 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'evil.example' });
    expect(forged('og:image')).toBe(`http://playground.example/runs/${id}.png`);
  });
});

describe('the exports behind a trusted proxy', () => {
  let app: PlaygroundApp;
  beforeAll(async () => {
    app = await playgroundApp({ TRUST_PROXY: '1', ALLOWED_HOSTS: 'inside' });
  });
  afterAll(() => app.close());

  it('addresses use the host that the proxy received; an invalid host is ignored', async () => {
    const id = await app.start(QUICK);
    const image = async (headers: Record<string, string>) => {
      const page = await (await app.request(`http://inside:8080/runs/${id}`, { headers })).text();
      const metas = elements(page, 'meta').map(({ attributes }) => attributes);
      return metas.find(({ property }) => property === 'og:image')?.content;
    };
    const forwarded = { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Host': 'class.example' };
    expect(await image(forwarded)).toBe(`https://class.example/runs/${id}.png`);
    expect(await image({ 'X-Forwarded-Proto': 'https' })).toBe(`https://inside:8080/runs/${id}.png`);
    expect(await image({ 'X-Forwarded-Host': 'a b"><script>' })).toBe(`http://inside:8080/runs/${id}.png`);
  });
});

describe('the exports of a run with hostile text', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'exports-'));
  let playground: Playground;
  let app: ReturnType<typeof createApp>;
  let id: string;
  beforeAll(async () => {
    const lessonsFolder = fileURLToPath(new URL('lessons', import.meta.url));
    const settings = readSettings({ DATA_DIR: folder, READY: '0' });
    playground = await startPlayground(settings, { lessonsFolder, ...prepared() });
    app = createApp({ playground });
    const parsed = playground.parseSpec({ ...QUICK, modes: ['threads'], lesson: 'hostile-names' });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    ({ id } = await playground.runs.submit(parsed.spec, { person: 'at test' }));
    await (await app.request(`/runs/${id}/events`)).text();
  });
  afterAll(async () => {
    await playground.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  it('.svg: shows it as text, and is valid XML', async () => {
    const text = await (await app.request(`/runs/${id}.svg`)).text();
    const svg = readXml(text).documentElement!;
    expect(svg.getElementsByTagName('script')).toHaveLength(0);
    expect(svg.getElementsByTagName('image')).toHaveLength(0);
    expect(svg.textContent).toContain(HOSTILE_LOCK);
    expect(svg.textContent).toContain('Threads failed: Error: <b>‹ESC›[31m&amp;‹NUL›\u{FFFD}');
  });

  it('.png: is drawn', async () => {
    expect(painted(await pngOf(await app.request(`/runs/${id}.png`)))).toBeGreaterThan(5000);
  });

  it('.csv: formulas are escaped', async () => {
    const csv = await (await app.request(`/runs/${id}.csv`)).text();
    expect(csv).toContain(`"'${HOSTILE_LOCK.replaceAll('"', '""')}"`);
  });

  it('.trace.json and the page for frames contain it as text', async () => {
    const trace: Trace = await (await app.request(`/runs/${id}.trace.json`)).json();
    const waits = trace.traceEvents.filter((event) => event.ph === 'X' && event.args.on === HOSTILE_LOCK);
    expect(waits.length).toBeGreaterThan(0);
    const embed = await (await app.request(`/runs/${id}/embed`)).text();
    expect(embed).not.toContain('<script>');
    expect(elements(embed, 'img')).toEqual([]);
  });
});
