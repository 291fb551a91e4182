/** Runs attacks against a server, and says what is wrong. */
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Mode } from '../../server/spec/modes.ts';
import type { Runtime } from '../../server/spec/runtimes.ts';
import { commandOf } from '../contract/processes.ts';
import { type Attack, type Seen, type Target, textOf } from './attack.ts';
import type { Client } from './client.ts';
import { wrongInLog } from './facts.ts';
import { Processes } from './remains.ts';

/** How long processes may take to be gone after the end of a run, in ms: the server saw them end. */
const GONE_MS = 3000;
/** A run's log may be later than the request, and the machine busy. */
const LONGEST_MS = 120_000;

/** What an attack came to. */
export type Outcome = {
  /** The run; null if the program was refused. */
  id: string | null;
  seen: Seen | null;
  /** What the server said, in short. */
  said: string;
  wrong: string[];
};

/** Runs an attack in one mode on one runtime, and checks what is seen of it. */
export async function attackWith(
  attack: Attack,
  {
    client,
    target,
    canary,
    mode,
    runtime,
    pid,
  }: {
    client: Client;
    target: Target;
    canary: string;
    mode: Mode;
    runtime: Runtime;
    /** The server's process; 0 if others may be started beside this run. */
    pid: number;
  },
): Promise<Outcome> {
  const spec = { jobs: 1, minSeconds: 0, maxSeconds: 0, ...attack.spec };
  const processes = pid > 0 ? new Processes(pid) : null;
  const submitted = await client.submit({ ...spec, modes: [mode], runtime, code: textOf(attack, target) });
  if (submitted.id === undefined) {
    await processes?.left(0);
    const wrong = attack.ends.includes('refused') ? [] : [`It was refused: ${submitted.errors}`];
    return { id: null, seen: null, said: submitted.errors, wrong };
  }
  const { id } = submitted;
  const events = await client.events(id);
  const seen = { ...summaryOf(events), runtime, mostProcesses: processes?.most ?? 0 };
  const wrong = [...wrongIn(attack, seen), ...wrongInLog(events, LONGEST_MS)];
  if (JSON.stringify(events).includes(canary)) wrong.push('It learned a secret.');
  const left = (await processes?.left(GONE_MS)) ?? [];
  for (const one of left) wrong.push(`A process is left: ${commandOf(one)}.`);
  return { id, seen, said: saidBy(attack, seen), wrong };
}

function summaryOf(events: RunEvent[]): Omit<Seen, 'runtime' | 'mostProcesses'> {
  const end = events.findLast((event) => event.type === 'run-ended');
  const passEnd = events.findLast((event) => event.type === 'pass-ended');
  return {
    status: end?.status ?? 'interrupted',
    error: end?.error ?? passEnd?.error ?? null,
    lines: events.flatMap(linesOf),
    events,
  };
}

/** What an event says in words: a line of the console, or how a lane left. */
function linesOf(event: RunEvent): string[] {
  if (event.type === 'log') return [event.text];
  if (event.type !== 'lane-ended') return [];
  const { reason, exitCode, signal } = event;
  if (reason === 'exited') return [`exited with code ${exitCode}`];
  return reason === 'killed' ? [`killed by ${signal}`] : [];
}

function wrongIn(attack: Attack, seen: Seen): string[] {
  const { ends, says, refusals = 0, check } = attack;
  const wrong: string[] = [];
  if (!ends.includes(seen.status)) wrong.push(`It ended as ${seen.status}: ${seen.error}.`);
  const said = [seen.error ?? '', ...seen.lines];
  if (says && !said.some((text) => says.test(text)))
    wrong.push(`Nothing says ${says}: ${said.slice(0, 4).join(' | ').slice(0, 400)}`);
  if (refusals > 0) {
    const done = seen.lines.filter((line) => line.startsWith('done: '));
    const refused = seen.lines.filter((line) => line.startsWith('refused: '));
    if (refused.length < refusals) wrong.push(`Only ${refused.length} attempts were refused.`);
    if (done.length > 0) wrong.push(...done.slice(0, 5));
  }
  const more = check?.(seen);
  if (more) wrong.push(more);
  return wrong;
}

/** What was said: the run's error, the line that the attack waits for, or how it ended. */
function saidBy({ says }: Attack, { status, error, lines }: Seen): string {
  const line = says && [error ?? '', ...lines].find((text) => says.test(text));
  return `${status}: ${error ?? line ?? lines.at(-1) ?? ''}`;
}
