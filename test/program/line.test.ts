/** Lines of the program in stacks, including stacks made up by a program. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linesOf } from '../../server/program/line.ts';

const ADDRESS = 'file:///data/build/0123abcd/deadlock.mjs';
const lines = linesOf(ADDRESS);
/** This file stands in for the program. */
const here = linesOf(import.meta.url);
const stackOf = (...frames: string[]) => ({
  message: 'no',
  stack: ['Error: no', ...frames.map((frame) => `    at ${frame}`)].join('\n'),
});

describe('linesOf: of', () => {
  it.each([
    ['a function', `job (${ADDRESS}:14:9)`, 14],
    ['no function', `${ADDRESS}:3:1`, 3],
    ['after an await', `async job (${ADDRESS}:7:5)`, 7],
    ['a method', `new Thing [as x] (${ADDRESS}:1:2)`, 1],
    ['by a link', 'job (file:///private/data/build/0123abcd/deadlock.mjs:5:1)', 5],
    ['another program', 'job (file:///data/build/0123abcd/lock.mjs:5:1)', undefined],
    ['another build', 'job (file:///data/build/ffff/deadlock.mjs:5:1)', undefined],
    ['a longer name', `job (${ADDRESS}x:5:1)`, undefined],
    ['line 0', `job (${ADDRESS}:0:1)`, undefined],
    ['a line that no event may name', `job (${ADDRESS}:100001:1)`, undefined],
    ['no line', `job (${ADDRESS})`, undefined],
  ])('linesOf: %s', (_, frame, line) => {
    expect(lines.of(stackOf(frame))).toBe(line);
    expect(lines.of(stackOf('put (file:///data/build/0123abcd/entry.mjs:2:2)', frame))).toBe(line);
  });

  it('linesOf: of several frames of the program, takes the first', () => {
    expect(lines.of(stackOf(`fall (${ADDRESS}:4:1)`, `job (${ADDRESS}:14:9)`))).toBe(4);
  });

  it('linesOf: ignores a stack that the message quotes', () => {
    const message = `wrapped\n    at job (${ADDRESS}:99:1)`;
    const stack = `Error: ${message}\n    at job (${ADDRESS}:14:9)`;
    expect(lines.of({ message, stack })).toBe(14);
    expect(lines.of({ message: 'changed since', stack: `Error: x\n    at job (${ADDRESS}:14:9)` })).toBe(14);
  });

  it('linesOf: never throws, whatever was thrown', () => {
    const bad = () => {
      throw new Error('hostile');
    };
    const hostile = [
      {
        get stack() {
          return bad();
        },
      },
      { stack: 5 },
      { stack: { toString: bad } },
      {
        stack: '    at x',
        get message() {
          return bad();
        },
      },
      { stack: '    at x', message: { toString: bad } },
      new Proxy({}, { get: bad }),
      null,
      undefined,
      () => {},
      Symbol('x'),
    ];
    for (const one of hostile) expect(lines.of(one)).toBeUndefined();
    fc.assert(fc.property(fc.anything(), (thrown) => lines.of(thrown) === undefined));
  });
});

describe('linesOf: ofCall', () => {
  /** Line of the call of this function's caller. */
  const next = () => Number(/:(\d+):\d+\)?$/.exec(new Error().stack?.split('\n')[2] ?? '')?.[1]) + 1;

  it('linesOf: returns the line of the call, also through a library', () => {
    const called = (): number | undefined => here.ofCall(called, 2);
    const after = next();
    expect(called()).toBe(after);
    const later = next();
    expect([0].map(called)).toEqual([later]);
    const strict = (): number | undefined => here.ofCall(strict);
    expect([0].map(strict)).toEqual([undefined]);
    expect(lines.ofCall(strict)).toBeUndefined();
  });

  it('linesOf: keeps and tolerates the program’s own stack settings', () => {
    const { stackTraceLimit, prepareStackTrace } = Error;
    const called = (): number | undefined => here.ofCall(called);
    try {
      Error.stackTraceLimit = 0;
      expect(called()).toBeGreaterThan(0);
      expect(Error.stackTraceLimit).toBe(0);
      Error.prepareStackTrace = () => 5;
      expect(called()).toBeUndefined();
      Error.prepareStackTrace = () => {
        throw new Error('hostile');
      };
      expect(called()).toBeUndefined();
    } finally {
      Object.assign(Error, { stackTraceLimit, prepareStackTrace });
    }
  });
});

describe('linesOf: plain', () => {
  it.each([
    [
      'a stack',
      `Error: no\n    at job (${ADDRESS}:3:9)\n    at x (file:///data/build/0123abcd/entry.mjs:7:1)\n    at run (node:x:1:1)\n    at ext:x:1:1`,
      'Error: no\n    at job (program.ts:3:9)',
    ],
    ['a stack of others', `Error: no\n    at x (file:///data/build/0123abcd/entry.mjs:7:1)`, 'Error: no'],
    [
      'a file beside',
      `no '/data/build/0123abcd/nothing.ts' for /data/build/0123abcd/deadlock.mjs`,
      "no 'nothing.ts' for program.ts",
    ],
    ['a stack of another program', 'Error: no\n    at node:x:1:1', 'Error: no\n    at node:x:1:1'],
    ['a text', 'look at node: it is /here/', 'look at node: it is /here/'],
  ])('linesOf: %s has nothing in it but the program', (_, text, plain) => {
    expect(lines.plain(text)).toBe(plain);
  });
});

describe('linesOf: ofFrequentCall', () => {
  it('linesOf: looks up the first calls of each function, and in all no more than fit in a log', () => {
    const thread = linesOf(import.meta.url);
    const known = () => {
      const called = (): number | undefined => thread.ofFrequentCall(called);
      return Array.from({ length: 300 }, () => called()).filter((line) => line !== undefined).length;
    };
    expect(Array.from({ length: 12 }, known)).toEqual([...Array(10).fill(250), 0, 0]);
  });
});
