/** Searches the orders of a program in a real process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { pathToFileURL } from 'node:url';
import { command } from '../../../server/launch/runtimes.ts';
import type { Order, PassSettings } from '../../../server/protocol/orders.ts';
import type { SearchBounds, SearchFact } from '../../../server/protocol/search.ts';
import type { Mode } from '../../../server/spec/modes.ts';
import type { JavaScript } from '../../../server/spec/runtimes.ts';

/** The end of a search, and its outcomes. */
export type Searched = {
  end: SearchFact & { type: 'search-ended' };
  outcomes: (SearchFact & { type: 'outcome' })[];
};

/** Searches the program with `text`, in the folder of `entry`, which is what processes execute. */
export async function searchReally(
  { entry, runtime = 'node' }: { entry: string; runtime?: JavaScript },
  text: string,
  { mode = 'threads', jobs }: { mode?: Mode; jobs: number },
  bounds: SearchBounds = { preemptions: null, schedules: 100_000 },
): Promise<Searched> {
  const folder = fs.mkdtempSync(path.join(path.dirname(entry), 'searched-'));
  const file = path.join(folder, 'program.mjs');
  fs.writeFileSync(file, text);
  const settings: PassSettings = {
    ...{ mode, jobs, minSeconds: 0, maxSeconds: 0, work: 'wait', seed: 7, program: pathToFileURL(file).href },
    ...{ blocksPerSecond: 1000, maxLanes: null, reuse: false, logBytes: 65_536 },
    order: { kind: 'search', bounds, reloads: false },
  };
  const { file: executable, args, env } = command(runtime, entry);
  const child = spawn(executable, args, { env: env ?? {}, stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const outcomes: Searched['outcomes'] = [];
  let end: Searched['end'] | null = null;
  try {
    for await (const line of readline.createInterface({ input: child.stdout })) {
      // Lines begin after an empty one.
      if (!line.startsWith('{')) continue;
      const { report } = JSON.parse(line);
      if (report.type === 'hello') {
        const order: Order = { type: 'begin-main', settings, bootMs: 1, pid: child.pid ?? 1, parentPid: 1 };
        child.stdin.write(`${JSON.stringify(order)}\n`);
      } else if (report.type === 'outcome') outcomes.push(report);
      else if (report.type === 'search-ended') end = report;
      if (end) break;
    }
  } finally {
    child.kill('SIGKILL');
    await exited;
    fs.rmSync(folder, { recursive: true });
  }
  if (!end) throw new Error('The search has not ended.');
  return { end, outcomes };
}
