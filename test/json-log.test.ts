/** The log as JSON lines: each a whole message, and none about a person. */
import { describe, expect, it } from 'vitest';
import { jsonLine, logAsJson } from '../server/json-log.ts';

const now = new Date('2026-11-27T10:00:00Z');
const read = (args: unknown[]) => JSON.parse(jsonLine('error', args, now));

describe('jsonLine', () => {
  it('a message, an error with its causes, and fields are one line', () => {
    const error = new TypeError('no\nsuch', { cause: Object.assign(new Error('disk'), { code: 'ENOSPC' }) });
    expect(jsonLine('error', ['storage:', error, { seconds: 2 }], now)).not.toContain('\n');
    expect(read(['storage:', error, { seconds: 2 }])).toMatchObject({
      time: '2026-11-27T10:00:00.000Z',
      level: 'error',
      message: 'storage',
      seconds: 2,
      error: { name: 'TypeError', message: 'no\nsuch', cause: { message: 'disk', code: 'ENOSPC' } },
    });
  });

  it('anything that is logged is JSON, also what is its own cause', () => {
    const loop: Error = new Error('loop');
    loop.cause = loop;
    expect(read([loop])).toMatchObject({ message: '', error: { message: 'loop' } });
    expect(read(['a\u2028"\ud800', undefined, 7n, null, [1]])).toMatchObject({
      message: 'a\u2028"\ufffd undefined 7n null [ 1 ]',
    });
  });
});

describe('logAsJson', () => {
  it('replaces what writes, until it is ended', () => {
    const lines: string[] = [];
    const write = (...args: unknown[]) => void lines.push(args.join(' '));
    const out = { log: write, warn: write, error: write };
    const end = logAsJson(out);
    out.log('started');
    out.error('failed:', new Error('why'));
    end();
    out.warn('plain');
    expect(lines.slice(0, 2).map((line) => JSON.parse(line))).toMatchObject([
      { level: 'info', message: 'started' },
      { level: 'error', message: 'failed', error: { message: 'why' } },
    ]);
    expect(lines[2]).toBe('plain');
  });
});
