/** A run outside its page: in an iframe of another site, and as a standalone drawing. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { seldom } from '../everyday.ts';
import { CALM, type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';
import { type OtherSite, otherSite } from './other-site.ts';

let server: Server;
let browser: TestBrowser;
let id: string;
let site: OtherSite;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
  id = await server.start({ modes: ['sequential', 'threads'], jobs: 3, minSeconds: 0.3, maxSeconds: 0.5 });
  // Its stream ends when it does.
  await (await fetch(`${server.url}/runs/${id}/events`)).text();
  site = await otherSite();
});
afterEach(async () => expect(await browser.faults()).toEqual([]));
afterAll(async () => {
  site?.close();
  await Promise.all([browser?.close(), server?.close()]);
});

/** Counts the pixels of the colour of waits on the charts of a page or an iframe. */
function waitingPixels(where: Page | Frame): Promise<number> {
  return where.evaluate(() => {
    const probe = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
    let count = 0;
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>('.chart canvas')) {
      probe.canvas.width = canvas.width;
      probe.canvas.height = canvas.height;
      probe.fillStyle = getComputedStyle(document.body).getPropertyValue('--sleep').trim();
      probe.fillRect(0, 0, 1, 1);
      const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
      probe.clearRect(0, 0, canvas.width, canvas.height);
      probe.drawImage(canvas, 0, 0);
      const { data } = probe.getImageData(0, 0, canvas.width, canvas.height);
      for (let at = 0; at < data.length; at += 4) {
        if (data[at] === r && data[at + 1] === g && data[at + 2] === b) count++;
      }
    }
    return count;
  });
}

it('embed: shows the bars in an iframe of another site, live or not, and sets no cookie', async () => {
  const live = await server.start({ modes: ['threads'], jobs: 2, minSeconds: 1, maxSeconds: 1 });
  const page = await browser.open(CALM);
  for (const run of [live, id]) {
    site.show(`<iframe src="${server.url}/runs/${run}/embed" width="900" height="500"></iframe>`);
    await page.goto(site.url);
    const frame = page.frames()[1]!;
    await frame.locator('run-view[data-state=ended]').waitFor();
    await expect.poll(() => waitingPixels(frame)).toBeGreaterThan(1000);
    expect(await frame.locator('form, header, input').count()).toBe(0);
    expect(await frame.locator('#run-sentence').textContent()).toMatch(/\.$/);
  }
  expect(await page.context().cookies()).toEqual([]);
});

seldom('embed: in a sandbox without an origin it has its style, its charts and its stream', async () => {
  const live = await server.start({ modes: ['threads'], jobs: 2, minSeconds: 1, maxSeconds: 1 });
  const page = await browser.open(CALM);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  for (const run of [live, id]) {
    const src = `${server.url}/runs/${run}/embed`;
    site.show(`<iframe sandbox="allow-scripts" src="${src}" width="900" height="500"></iframe>`);
    await page.goto(site.url);
    const frame = page.frames()[1]!;
    await frame.locator('run-view[data-state=ended]').waitFor();
    await expect.poll(() => waitingPixels(frame)).toBeGreaterThan(1000);
    expect(await frame.evaluate(() => origin)).toBe('null');
    expect(asked).toContain(`/runs/${run}/events`);
    expect(asked).not.toContain(`/runs/${run}.ndjson`);
  }
});

it('embed: without script the iframe has the drawing', async () => {
  const page = await browser.open({ javaScriptEnabled: false });
  site.show(`<iframe src="${server.url}/runs/${id}/embed" width="900" height="500"></iframe>`);
  await page.goto(site.url);
  const frame = page.frameLocator('iframe');
  await frame.locator('run-view[data-state=ended]').waitFor();
  expect(await frame.locator('svg.drawing').count()).toBe(2);
  expect(await frame.locator('.bar.sleep').first().isVisible()).toBe(true);
});

it('svg: opens standalone, in light and dark, and works in pages of other sites', async () => {
  const page = await browser.open({ colorScheme: 'light' });
  await page.goto(`${server.url}/runs/${id}.svg`);
  const look = () =>
    page.evaluate(() => {
      const fill = (selector: string) => getComputedStyle(document.querySelector(selector)!).fill;
      return { ground: fill('.ground'), sleep: fill('.bar.sleep'), text: fill('.headline') };
    });
  const light = await look();
  await page.emulateMedia({ colorScheme: 'dark' });
  const dark = await look();
  for (const part of ['ground', 'sleep', 'text'] as const) {
    expect(light[part]).toMatch(/^rgb/);
    expect(dark[part]).not.toBe(light[part]);
  }
  // Nothing is outside the picture.
  const outside = await page.evaluate(() => {
    const { width, height } = document.documentElement.getBoundingClientRect();
    return [...document.querySelectorAll('text, rect')].flatMap((one) => {
      const box = one.getBoundingClientRect();
      const isIn = box.width === 0 || (box.left >= 0 && box.right <= width + 1 && box.bottom <= height + 1);
      return isIn ? [] : [one.outerHTML];
    });
  });
  expect(outside).toEqual([]);

  site.show(`<img src="${server.url}/runs/${id}.svg" alt=""><img src="${server.url}/runs/${id}.png" alt="">`);
  const other = await browser.open();
  await other.goto(site.url);
  const sizes = () => other.evaluate(() => [...document.images].map(({ naturalWidth }) => naturalWidth));
  await expect.poll(sizes).toEqual([1000, 1200]);
});

it('room: its file replays the runs from the disk, without a server and without a network', async () => {
  let cookie = '';
  const send = async (address: string, fields: Record<string, string>) => {
    const headers = { Cookie: cookie, Origin: server.url };
    const body = new URLSearchParams(fields);
    const response = await fetch(server.url + address, { method: 'POST', redirect: 'manual', headers, body });
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return response.headers.get('location') ?? '';
  };
  const teach = await send('/rooms', { lesson: 'join' });
  const [, room = '', key = ''] = /^(.*)\/teach\?key=(.*)$/.exec(teach) ?? [];
  await send(`${room}/join`, { name: '</script><img src=x>' });
  const fields = {
    lesson: 'one-by-one',
    modes: 'threads',
    jobs: '3',
    minSeconds: '0.2',
    maxSeconds: '0.4',
    work: 'wait',
  };
  const round = (step: Record<string, string>) => send(`${room}/round?key=${key}`, step);
  await round({ lesson: 'one-by-one' });
  for (const [from = '', to = ''] of [
    ['vote', 'talk'],
    ['talk', 'run'],
    ['run', 'explain'],
  ])
    await round({ from, to });
  await send(`${room}/explain`, { round: '1', text: 'long'.repeat(45) });
  const run = await send('/runs', { ...fields, runtime: 'node', room: room.replace('/rooms/', '') });
  await (await fetch(`${server.url}${run.split('?')[0]}/events`)).text();
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'room-')), 'room.html');
  try {
    fs.writeFileSync(file, await (await fetch(`${server.url}${room}/export.html?key=${key}`)).text());
    const page = await browser.open(CALM);
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(pathToFileURL(file).href);
    await page.locator('button.play:enabled').waitFor();
    await expect.poll(() => waitingPixels(page)).toBeGreaterThan(1000);
    expect(await page.locator('#replay h2').first().textContent()).toContain('</script><img src=x>');
    // At its first moment no job has slept yet.
    await page.locator('.scrubber').fill('0');
    await expect.poll(() => waitingPixels(page)).toBe(0);
    await page.locator('button.event-on').click();
    expect(await page.locator('.replay-time').textContent()).toMatch(/^\d+\.\d\d of \d+\.\d\d s$/);
    expect(asked).toEqual([pathToFileURL(file).href]);
    // There is one run: nothing before it and nothing after.
    expect(await page.locator('[aria-disabled=true]').allInnerTexts()).toEqual(['Previous', 'Next']);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await page.emulateMedia({ media: 'print' });
    await page.locator('.printed svg').first().waitFor();
    expect(await page.locator('.program code').isVisible()).toBe(true);
    expect(await page.locator('.replay-choice').isVisible()).toBe(false);
  } finally {
    fs.rmSync(path.dirname(file), { recursive: true });
  }
});
