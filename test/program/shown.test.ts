import { expect, test } from 'vitest';
import { describe } from '../../server/program/shown.ts';

test('describe: an error is shown with what caused it, and a circle of causes ends', () => {
  const inner = new TypeError('inner');
  const middle = new Error('middle', { cause: inner });
  expect(describe(new Error('outer', { cause: middle }))).toBe(
    'Error: outer (caused by Error: middle (caused by TypeError: inner))',
  );
  expect(describe(new Error('outer', { cause: 'a text' }))).toBe("Error: outer (caused by 'a text')");
  expect(describe(new AggregateError([middle], 'all'))).toBe(
    'AggregateError: all: Error: middle (caused by TypeError: inner)',
  );
  inner.cause = middle;
  expect(describe(middle)).toMatch(/^Error: middle \(caused by TypeError: inner \(caused by Error: middle /);
  expect(
    describe(Object.defineProperty(new Error('x'), 'cause', { get: () => describe(null) + middle })),
  ).toMatch(/x/);
});

test('describe: an error that is its own cause, or whose cause cannot be read, keeps its message', () => {
  const own = new Error('loop');
  own.cause = own;
  const hidden = new Error('shown');
  Object.defineProperty(hidden, 'cause', {
    get() {
      throw new Error('hidden');
    },
  });
  expect([describe(own), describe(hidden)]).toEqual(['Error: loop', 'Error: shown']);
});

test.each([
  [
    'Access to this API has been restricted. Use --allow-fs-read to manage permissions.',
    'Access to this API has been restricted: a program has no files here',
  ],
  [
    'Requires net access to "example.com:443", run again with the --allow-net flag',
    'Requires net access to "example.com:443": a program has no network here',
  ],
  [
    'Requires write access to "x.txt", run again with the --allow-write flag',
    'Requires write access to "x.txt": a program has no files here',
  ],
  [
    'getaddrinfo ERR_ACCESS_DENIED example.com',
    'getaddrinfo ERR_ACCESS_DENIED example.com: a program has no network here',
  ],
  [
    'Requires sys access, run again with the --allow-sys flag',
    'Requires sys access: a program has no such access here',
  ],
  [
    "ENOENT: no such file or directory, open './data.txt'",
    "ENOENT: no such file or directory, open './data.txt': a program has no files here",
  ],
])(
  'describe: what a program may not do is said without advice to start the runtime otherwise: %s',
  (text, told) => {
    expect(describe(new Error(text))).toBe(`Error: ${told}`);
    expect(describe(new Error('outer', { cause: new Error(text) }))).toBe(
      `Error: outer (caused by Error: ${told})`,
    );
  },
);

test.each([
  [
    'Import "lodash" not a dependency\n    at file:///program/program.mjs:1:53\n',
    'Import "lodash" not a dependency',
  ],
  ['Module not found "file:///program/y.ts".', 'Module not found "file:///program/y.ts"'],
  [
    'npm specifiers were requested; but --no-npm is specified',
    'npm specifiers were requested; but --no-npm is specified',
  ],
])('describe: a module that is not the runtime’s own, with Deno’s error in one line: %s', (text, told) => {
  expect(describe(new TypeError(text))).toBe(
    `TypeError: ${told}: a program can import only the runtime’s own modules here`,
  );
});
