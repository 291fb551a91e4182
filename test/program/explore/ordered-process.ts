/** A real process that executes the orders of a program, started as the server does, without the server. */
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { readLines } from '../../../server/launch/lines.ts';
import { command } from '../../../server/launch/runtimes.ts';
import type { Ordered, PassSettings } from '../../../server/protocol/orders.ts';
import { parseReport } from '../../../server/protocol/parse.ts';
import type { Stamped } from '../../../server/protocol/reports.ts';
import type { JavaScript } from '../../../server/spec/runtimes.ts';
import { prepared } from '../../prepared.ts';

/** Longest line of a report that is read. */
const LINE_LENGTH = 8192;

/** Programs by name, and what executes them. */
export type OrderedProcesses = {
  /** Executes `order` of a program; resolves with its reports when the process has ended, or the waits that it is to start. */
  execute(
    program: string,
    order: Ordered,
    options?: Partial<PassSettings> & { runtime?: JavaScript; waits?: number | undefined },
  ): Promise<Stamped[]>;
  end(): void;
};

/** Starts processes for the programs, which are JavaScript. */
export async function orderedProcesses(programs: Record<string, string>): Promise<OrderedProcesses> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'orders-'));
  const built = await prepared().build(path.join(folder, 'build'));
  // In the folder of the compiled code, which is all that Deno may read.
  const home = path.join(path.dirname(built.entry), 'ordered');
  for (const [name, text] of Object.entries(programs)) {
    fs.mkdirSync(path.join(home, name), { recursive: true });
    fs.writeFileSync(path.join(home, name, 'program.mjs'), text);
  }
  const running = new Set<ChildProcess>();
  return {
    execute(name, order, { runtime = 'node', waits, ...given } = {}) {
      const { file, args, env = {} } = command(runtime, built.entry);
      const child = spawn(file, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
      running.add(child);
      const settings: PassSettings = {
        mode: 'threads',
        jobs: 2,
        minSeconds: 1,
        maxSeconds: 2,
        work: 'wait',
        seed: 7,
        program: pathToFileURL(path.join(home, name, 'program.mjs')).href,
        blocksPerSecond: 1000,
        maxLanes: null,
        reuse: false,
        logBytes: 65_536,
        order,
        ...given,
      };
      const reports: Stamped[] = [];
      return new Promise((resolve) => {
        readLines(child.stdout, LINE_LENGTH, (line) => {
          const stamped = parseReport(line);
          if (stamped === null) return;
          const { report } = stamped;
          if (report.type === 'hello') {
            const begin = { type: 'begin-main', settings, bootMs: 1, pid: child.pid, parentPid: process.pid };
            child.stdin.write(`${JSON.stringify(begin)}\n`);
            return;
          }
          reports.push(stamped);
          if (waits !== undefined && reports.filter(isWait).length === waits) child.kill('SIGKILL');
        });
        child.on('close', () => {
          running.delete(child);
          resolve(reports);
        });
      });
    },
    end() {
      for (const child of running) child.kill('SIGKILL');
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

const isWait = ({ report }: Stamped) => report.type === 'wait-started';

/** A search without bounds, as an order. */
export const SEARCH: Ordered = {
  kind: 'search',
  bounds: { preemptions: null, schedules: 100_000 },
  reloads: false,
};
