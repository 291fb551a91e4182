/** Errors of the system, as runtimes word them, and the limit that is behind them. */
import { expect, it } from 'vitest';
import { shortageIn, shortageOf } from '../../server/words/shortage.ts';

it.each([
  ['spawn /usr/bin/node EMFILE', /^too many open files \(limit: ulimit -n\)$/],
  ["Failed to spawn '/usr/bin/deno': Too many open files (os error 24)", /ulimit -n/],
  ['Os { code: 23, message: "Too many open files in system" }', /fs\.file-max/],
  ['Error [ERR_WORKER_INIT_FAILED]: EAGAIN', /ulimit -u/],
  ['Deno could not start: unable to create worker threads.', /ulimit -u/],
  ['# Fatal process out of memory: Failed to reserve virtual memory for CodeRange', /ulimit -v/],
])('shortageIn: %s', (error, limit) => {
  expect(shortageIn(error)).toMatch(limit);
});

it.each(['Error: boom', 'exited with code 1', 'spawn /nope ENOENT'])('shortageIn: null for %s', (error) => {
  expect(shortageIn(error)).toBeNull();
});

it('shortageOf: finds the code of a cause', () => {
  const cause = Object.assign(new Error('spawn'), { code: 'EMFILE' });
  expect(shortageOf(new Error('Cannot start /usr/bin/node', { cause }))).toMatch(/ulimit -n/);
  expect(shortageOf(new Error('Cannot start /usr/bin/node'))).toBeNull();
  expect(shortageOf('EMFILE')).toBeNull();
});
