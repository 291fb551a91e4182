/**
 * `emit` in a separate process, as in use: lines are short, never mixed, never lost, and the process ends without a
 * reader.
 */
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import process from 'node:process';
import { describe, expect, it } from 'vitest';
import { readLines } from '../../server/launch/lines.ts';
import { parseReport } from '../../server/protocol/parse.ts';
import type { Report } from '../../server/protocol/reports.ts';
import { LINE_BYTES } from '../../server/protocol/wire.ts';

const EMIT = new URL('../../server/program/emit.ts', import.meta.url).href;

/** Starts a process that runs `script`, which can use `emit` and `log(lane, text)`. */
function start(script: string) {
  const head = `
    import { Worker, isMainThread, workerData } from 'node:worker_threads';
    import { emit } from '${EMIT}';
    const log = (lane, text) => emit({ type: 'log', lane, job: 0, stream: 'stdout', text });
  `;
  return spawn(process.execPath, ['--input-type=module', '-e', head + script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** The lines that `script` emits, and the reports in them. */
async function run(
  script: string,
): Promise<{ lines: string[]; reports: (Report | undefined)[]; stderr: string }> {
  const child = start(script);
  const lines: string[] = [];
  const stderr: string[] = [];
  readLines(child.stdout, 1e6, (line) => line !== '' && lines.push(line));
  readLines(child.stderr, 1e6, (line) => stderr.push(line));
  await new Promise((resolve) => child.once('close', resolve));
  return { lines, reports: lines.map((line) => parseReport(line)?.report), stderr: stderr.join('\n') };
}

describe('emit', () => {
  it('emit: is received from a thread that blocks for ever right afterwards', async () => {
    const child = start(`log(0, 'before'); for (;;);`);
    const heard = await new Promise<string>((resolve) =>
      readLines(child.stdout, 1e6, (line) => line !== '' && resolve(line)),
    );
    expect(parseReport(heard)?.report).toMatchObject({ type: 'log', text: 'before' });
    child.kill('SIGKILL');
  });

  it('emit: a text too long for a line is cut, whatever its characters', async () => {
    const { lines, reports, stderr } = await run(`
      const of = ['x', '\\n', '\\u0000', '"', 'é', '\\u2028', '🧵', '\\ud83d'];
      for (const one of of) log(0, one.repeat(50000));
      for (const one of of) log(0, one.repeat(600));
      const error = 'e'.repeat(5000);
      emit({ type: 'job-ended', lane: 0, job: 0, status: 'failed', error });
      emit({ type: 'bye', reason: 'threw', error, cpuMs: 1, peakRssBytes: 1 });
    `);
    expect(stderr).toBe('');
    expect(reports).toHaveLength(18);
    expect(reports.every(Boolean)).toBe(true);
    for (const line of lines) expect(Buffer.byteLength(line) + 1).toBeLessThanOrEqual(LINE_BYTES);
    const texts = reports.map((one) =>
      one?.type === 'log' ? one.text : one && 'error' in one ? one.error : '',
    );
    const isCut = (text: string | null | undefined) => text?.endsWith('…');
    expect(texts.slice(0, 8).every(isCut)).toBe(true);
    expect(texts.slice(16).every(isCut)).toBe(true);
    // No more is cut than necessary: of plain letters, nearly a full line remains.
    expect(texts[0]?.length).toBeGreaterThan(LINE_BYTES * 0.9);
    expect(texts[8]).toBe('x'.repeat(600));
  });

  it.each([
    ['blocking', ''],
    // Writing through the stream makes the descriptor non-blocking: writes then fail when the pipe is full.
    ['non-blocking', 'process.stdout.writable;'],
  ])(
    'emit: from several threads into a full, %s pipe, lines never mix and none is lost',
    async (_kind, first) => {
      const { reports, stderr } = await run(`
      ${first}
      const texts = (lane) => { for (let i = 0; i < 1000; i++) log(lane, i + ' ' + 'é'.repeat((i * 37) % 1900)); };
      const worker = 'import { workerData } from "node:worker_threads"; import(workerData.emit).then(({ emit }) => {' +
        'const log = (lane, text) => emit({ type: "log", lane, job: 0, stream: "stdout", text });' +
        'const texts = ' + texts + '; texts(workerData.lane); });';
      const ends = [1, 2, 3].map((lane) => new Promise((resolve) => {
        new Worker(worker, { eval: true, workerData: { lane, emit: '${EMIT}' } }).on('exit', resolve);
      }));
      texts(0);
      await Promise.all(ends);
    `);
      expect(stderr).toBe('');
      const byLane = new Map<number, string[]>();
      for (const one of reports) {
        if (one?.type !== 'log') throw new Error('A line was mixed up.');
        byLane.set(one.lane, [...(byLane.get(one.lane) ?? []), one.text]);
      }
      const expected = Array.from({ length: 1000 }, (_, i) => `${i} ${'é'.repeat((i * 37) % 1900)}`);
      for (const lane of [0, 1, 2, 3]) expect(byLane.get(lane)).toEqual(expected);
    },
  );

  it('emit: begins a new line, even if the program wrote an unfinished one', async () => {
    const { reports } = await run(`process.stdout.write('no end'); log(0, 'heard');`);
    expect(reports.filter(Boolean)).toMatchObject([{ type: 'log', text: 'heard' }]);
  });

  it('emit: a process without a reader ends', async () => {
    const child = start(`for (let i = 0; ; i++) log(0, 'line ' + i);`);
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.stdout.destroy();
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect(code).toBe(1);
  });
});
