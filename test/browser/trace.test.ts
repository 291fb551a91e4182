/** A run's trace in a third-party viewer: speedscope reads it, names its lanes, and reports no problems. */
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Trace } from '../../server/exports/trace.ts';
import { type Server, sharedServer, startBrowser, type TestBrowser } from './browser.ts';

const VIEWER = path.dirname(fileURLToPath(import.meta.resolve('speedscope/dist/release/index.html')));
const TYPES: Record<string, string> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

let server: Server;
let browser: TestBrowser;
let site: http.Server;
let trace: Trace;
beforeAll(async () => {
  [server, browser] = await Promise.all([sharedServer(), startBrowser()]);
  site = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://site');
    if (pathname === '/trace.json') return void response.end(JSON.stringify(trace));
    const file = path.join(VIEWER, path.basename(pathname));
    if (!fs.existsSync(file)) return void response.writeHead(404).end();
    response.setHeader('Content-Type', TYPES[path.extname(file)] ?? 'application/octet-stream');
    response.end(fs.readFileSync(file));
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
});
afterAll(async () => {
  site?.close();
  await Promise.all([browser?.close(), server?.close()]);
});

/** Opens the trace. Returns the viewer's name of its first lane with the number of lanes, and its complaints. */
async function view(): Promise<{ lane: string; complaints: string[] }> {
  const page = await browser.open();
  const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  await page.goto(`${url}/index.html#profileURL=${encodeURIComponent(`${url}/trace.json`)}`);
  const name = page.getByText(/\(1\/\d+\)/);
  await name.waitFor();
  const lane = (await name.locator('..').textContent()) ?? '';
  // The viewer logs its progress, and that this browser has no graphics card.
  const usual = /speedscope v|WebGL|Importing as Trace Event Format|import: |WebAssembly/;
  return { lane, complaints: (await browser.faults()).filter((one) => !usual.test(one)) };
}

it('trace: a third-party viewer reads every lane by its name, without complaints', async () => {
  const id = await server.start({
    lesson: 'queue',
    modes: ['threads', 'processes'],
    minSeconds: 0.05,
    maxSeconds: 0.1,
  });
  await (await fetch(`${server.url}/runs/${id}/events`)).text();
  const lanes = (await server.events(id)).filter((event) => event.type === 'lane-started');
  trace = await (await fetch(`${server.url}/runs/${id}.trace.json`)).json();
  const { lane, complaints } = await view();
  expect(complaints).toEqual([]);
  expect(lane.replaceAll(/\s+/g, ' ')).toMatch(/1\. In threads \(pid 1\), main \(pid \d+\) \(tid 10001\)/);
  expect(lane).toContain(`(1/${lanes.length})`);

  // The viewer does report a slice that ends within the next one.
  const slice = trace.traceEvents.find((one) => one.ph === 'X' && one.cat === 'state' && one.dur > 1000);
  if (slice?.ph !== 'X') throw new Error('There is no slice to lengthen.');
  slice.dur += 1;
  expect((await view()).complaints.join()).toContain('Tried to end');
});
