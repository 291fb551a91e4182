/**
 * The rehearsal: what each pass does, once before, in a process that is kept ready. Code that runs for the first time
 * takes several times as long, and so the first job of the pass starts 2 to 4 ms earlier. Nothing of it is heard.
 */
import type { PassSettings } from '../protocol/orders.ts';
import type { LaneContext } from './api.ts';
import { forgetOutput, redirectConsole } from './console.ts';
import { hearReports, rehearseReports } from './emit.ts';
import { linesOf } from './line.ts';
import { newMemory } from './memory.ts';
import { sequential } from './modes/sequential.ts';
import { ownHub } from './own-hub.ts';
import { loadProgram } from './run-job.ts';
import { runMain } from './run-main.ts';

/** Uses what most programs use. */
const PROGRAM = `data:text/javascript,${encodeURIComponent(`
  export async function job(n, { log, work, random, shared }) {
    await work(random());
    log('job ' + n);
    shared.counter.write(shared.counter.read() + 1);
  }`)}`;
const SETTINGS: PassSettings = {
  ...{ mode: 'sequential', jobs: 2, minSeconds: 0, maxSeconds: 0, work: 'wait', seed: 1 },
  ...{ program: PROGRAM, blocksPerSecond: 1, maxLanes: null, reuse: false, logBytes: 1024 },
};

/** Executes a program of its own as main does (main.ts), up to what can be done only once in a process. */
export async function rehearse(): Promise<void> {
  rehearseReports();
  try {
    const lines = linesOf(PROGRAM);
    redirectConsole(0, SETTINGS.logBytes, lines);
    const { asker } = ownHub(lines);
    const context: LaneContext = {
      ...{ lane: 0, name: 'main', pid: 0, settings: SETTINGS, program: await loadProgram(PROGRAM) },
      ...{ memory: newMemory(), asker, lines, running: new Set() },
    };
    await runMain(context, sequential(context), { ownerOf: () => undefined, eachLeft: () => {} });
    forgetOutput();
  } finally {
    hearReports();
  }
}
