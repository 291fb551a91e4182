/**
 * (g) Lighthouse's report on the first view of a lesson, on its mobile profile: accessibility, first contentful paint
 * and layout shift. Lighthouse is large and nothing else needs it, so npm fetches it when this benchmark is named. Its
 * 13.x does not terminate with the tests' Chromium.
 */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { unpackChromium } from '../browser/chromium.ts';
import { type Figure, ms, quantile } from './figures.ts';

const LIGHTHOUSE = 'lighthouse@12.8.2';
const LOADS = 5;

/** The values read from a report. `fcpMs` comes from its model of a slow phone, not from a clock. */
type Report = { accessibility: number; fcpMs: number; shift: number; missed: string[] };

/** Measures the page at `url`. */
export async function lighthouse(url: string): Promise<Figure[]> {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'playground-lighthouse-'));
  const flags = ['--remote-debugging-port=0', `--user-data-dir=${profile}`];
  const { executable, args, remove } = await unpackChromium();
  const browser = spawn(executable, [...args, ...flags], { stdio: ['ignore', 'ignore', 'pipe'] });
  const gone = once(browser, 'exit');
  try {
    const port = await portOf(browser.stderr);
    const reports: Report[] = [];
    for (let n = 0; n < LOADS; n++) reports.push(await report(url, port));
    return figures(reports);
  } finally {
    browser.kill();
    await gone;
    remove();
    fs.rmSync(profile, { recursive: true, force: true });
  }
}

async function portOf(said: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  for await (const bytes of said) {
    text += bytes;
    const port = /DevTools listening on ws:\/\/[^:]+:(\d+)/.exec(text)?.[1];
    if (port !== undefined) {
      said.resume();
      return port;
    }
  }
  throw new Error(`Chromium ended: ${text}`);
}

async function report(url: string, port: string): Promise<Report> {
  const wanted = ['--only-categories=accessibility,performance', '--output=json', '--quiet'];
  const args = ['exec', '--yes', '--', LIGHTHOUSE, url, `--port=${port}`, ...wanted];
  const { stdout } = await promisify(execFile)('npm', args, { maxBuffer: 2 ** 26, env: process.env });
  const { categories, audits } = JSON.parse(stdout.slice(stdout.indexOf('{')));
  const missed = categories.accessibility.auditRefs
    .filter(({ id, weight }: { id: string; weight: number }) => weight > 0 && audits[id].score === 0)
    .map(({ id }: { id: string }) => id);
  return {
    accessibility: Math.round(100 * categories.accessibility.score),
    fcpMs: audits['first-contentful-paint'].numericValue,
    shift: audits['cumulative-layout-shift'].numericValue,
    missed,
  };
}

function figures(reports: Report[]): Figure[] {
  const worst = Math.min(...reports.map(({ accessibility }) => accessibility));
  const missed = [...new Set(reports.flatMap((one) => one.missed))];
  const paints = reports.map(({ fcpMs }) => fcpMs);
  const shift = Math.max(...reports.map((one) => one.shift));
  return [
    {
      name: '(g) Lighthouse: accessibility',
      measured: [worst, ...missed].join(' '),
      floor: '–',
      target: '100',
      isMet: worst === 100,
    },
    {
      name: '(g) Lighthouse: first contentful paint, mobile',
      measured: `p50 ${ms(quantile(paints, 0.5))}, worst ${ms(Math.max(...paints))}`,
      floor: '–',
      target: 'p50 1000 ms',
      isMet: quantile(paints, 0.5) < 1000,
    },
    {
      name: '(g) Lighthouse: layout shift, mobile',
      measured: String(shift),
      floor: '–',
      target: '0',
      isMet: shift === 0,
    },
  ];
}
