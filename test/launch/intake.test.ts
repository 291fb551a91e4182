/** Pipes of processes that write more than there is time to read. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Intake } from '../../server/launch/intake.ts';

const newlines = Buffer.from('\n'.repeat(65_536));

describe('Intake', () => {
  it('Intake: while a pipe floods, timers and another pipe have their turns, and no line is lost', async () => {
    const intake = new Intake();
    const flood = new PassThrough();
    const other = new PassThrough();
    let lines = 0;
    let bytes = 0;
    const listener = { onBytes: (count: number) => (bytes += count), onLine: () => lines++ };
    const pipe = intake.read(flood, 100, listener);
    const seen: number[] = [];
    intake.read(other, 100, { onBytes: () => {}, onLine: () => seen.push(lines) });
    const all = 100 * newlines.length;
    for (let n = 0; n < 100; n++) flood.write(newlines);
    flood.end();
    other.write('now\n');
    const turns: number[] = [];
    while (lines < all) {
      await new Promise(setImmediate);
      turns.push(lines);
    }
    await pipe.settled();
    expect(seen[0]).toBeLessThan(all / 10);
    const most = turns.map((count, at) => count - (turns[at - 1] ?? 0));
    expect(Math.max(...most)).toBeLessThan(all / 3);
    expect([lines, bytes]).toEqual([all, all]);
  });

  it('Intake: what is discarded is read no further, and counts no more', async () => {
    const intake = new Intake();
    const stream = new PassThrough();
    const lines: string[] = [];
    const pipe = intake.read(stream, 100, {
      onBytes: () => {},
      onLine(line) {
        lines.push(line);
        if (line === 'b') pipe.discard();
      },
    });
    stream.end('a\nb\nc\nd');
    await new Promise((resolve) => stream.once('close', resolve));
    expect(lines).toEqual(['a', 'b']);
  });
});
