/** Attacks in Python, by what must be seen of them. */
import type { Attack } from '../attack.ts';

/** A program whose job is `body`, a line or several. */
const jobOf = (body: string, before = '') => `# Python
${before}
def job(n, api):
    log = api.log
${body
  .trim()
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}
`;

/** A program in Python. `before` comes before its job, whose body is `body`. */
export const python = (name: string, before: string, body: string, more: Partial<Attack>): Attack => ({
  name: `${name}, in Python`,
  language: 'python',
  ends: ['completed'],
  code: jobOf(body, before),
  ...more,
});

const LIMIT = /^Stopped at the time limit\./;
/** Never ends by itself. */
export const endless = (name: string, before: string, body: string, more: Partial<Attack> = {}) =>
  python(name, before, body, { ends: ['timed-out'], says: LIMIT, ...more });

/** Ends by itself or is ended, and its run says so. */
export const ending = (
  name: string,
  before: string,
  body: string,
  says: RegExp,
  more: Partial<Attack> = {},
) => python(name, before, body, { ends: ['completed', 'failed'], says, ...more });

/** Takes memory without end: Python says that there is none, or the process is killed. */
export const growing = (name: string, before: string, body: string, more: Partial<Attack> = {}) =>
  ending(name, before, body, /MemoryError|MiB of memory|time limit|can't start new thread|out of memory/i, {
    ends: ['completed', 'failed', 'timed-out'],
    ...more,
  });
