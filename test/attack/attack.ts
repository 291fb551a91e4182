/**
 * An attack: a hostile program as somebody would type it into the editor, and what must be seen when it is run. The
 * attacks themselves are data (programs/); runner.ts runs them.
 */
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Status } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import { isPython, type Runtime } from '../../server/spec/runtimes.ts';

/** What programs try to reach. They know it as `target`; a real attacker would have to guess. */
export type Target = {
  /** A text in the server's environment and files, and in another run's program. No program may learn it. */
  canary: string;
  /** A file of the server's, with the canary. */
  secretFile: string;
  database: string;
  dataFolder: string;
  project: string;
  /** The program of another run, with the canary. */
  otherProgram: string;
  serverPid: number;
  /** The server's port, and that of a listener which counts connections. */
  serverPort: number;
  listenerPort: number;
  /** A process of the same user that must stay alive. */
  victimPid: number;
  /** Names of files that programs try to write begin with it. */
  mark: string;
};

/** What was seen of a run. */
export type Seen = {
  status: Status;
  /** The run's error, and its log lines, in order. */
  error: string | null;
  lines: string[];
  events: RunEvent[];
  /** Most processes of the server's at once while it ran. */
  mostProcesses: number;
  runtime: Runtime;
};

export type Attack = {
  /** What it does, as a verb phrase. */
  name: string;
  /** The modes in which it differs; threads and processes if left out. */
  modes?: readonly Mode[];
  /** Fields of the run beside the program. One job that takes no time if left out. */
  spec?: Record<string, unknown>;
  /** In which language it is; TypeScript if left out. */
  language?: 'python';
  /** It may use what `textOf` adds. */
  code: string;
  /** How its run may end. `refused`: it is never run, and the form says why. */
  ends: readonly (Status | 'refused')[];
  /** Must match the run's error or one of its lines: what happened, in words. */
  says?: RegExp;
  /** Least number of attempts that must have been refused; none may have succeeded. */
  refusals?: number;
  /** Further checks: returns what is wrong, or null. */
  check?: (seen: Seen) => string | null;
  /** Runs in CI, too. */
  sample?: true;
};

export const MODES: readonly Mode[] = ['threads', 'processes'];

/** Returns those of `runtimes` that the attack is tried on. */
export function runtimesFor({ language }: Attack, runtimes: readonly Runtime[]): Runtime[] {
  return runtimes.filter((runtime) => isPython(runtime) === (language === 'python'));
}

/**
 * Returns the program, with what it uses at its end: `target`; `attempt`, which logs `refused: …` if a step throws or
 * rejects, and `done: …` if it does not; `peek`, which logs what a step returns, in which the canary may not be.
 */
export function textOf({ code, language }: Attack, target: Target): string {
  if (!/\b(target|attempt|peek)\b/.test(code)) return code;
  if (language === 'python') return `${code}\ntarget = ${JSON.stringify(target)}\n${PYTHON_ATTEMPT}`;
  return `${code}\nconst target = ${JSON.stringify(target)};\n${ATTEMPT}`;
}

const ATTEMPT = `\
type Log = (text: string) => void;
async function attempt(log: Log, what: string, step: () => unknown): Promise<void> {
  let text: string;
  try {
    const given = await Promise.race([step(), new Promise((_, no) => setTimeout(no, 1500, new Error('nothing came')))]);
    text = 'done: ' + what + ': ' + String(given).slice(0, 200);
  } catch (error) {
    text = 'refused: ' + what + ': ' + String(error).split(/[\\r\\n]/)[0].slice(0, 200);
  }
  log(text);
}
async function peek(log: Log, what: string, step: () => unknown): Promise<void> {
  try {
    const given = await step();
    log('seen: ' + what + ': ' + (typeof given === 'string' ? given : JSON.stringify(given) ?? String(given)).slice(0, 3000));
  } catch (error) {
    log('unseen: ' + what + ': ' + String(error).split(/[\\r\\n]/)[0].slice(0, 200));
  }
}`;

const PYTHON_ATTEMPT = `\
def attempt(log, what, step):
    try:
        text = "done: " + what + ": " + str(step())[:200]
    except BaseException as error:
        text = "refused: " + what + ": " + repr(error)[:200]
    log(text)


def peek(log, what, step):
    try:
        log("seen: " + what + ": " + str(step())[:3000])
    except BaseException as error:
        log("unseen: " + what + ": " + repr(error)[:200])
`;
