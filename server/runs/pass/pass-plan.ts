/** The plan of a pass: what runs, on what, and within which limits. */
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Booted, Kind } from '../../launch/ready.ts';
import type { HubLoad } from '../../program/hub.ts';
import type { CompiledProgram } from '../../programs/programs.ts';
import type { Status } from '../../protocol/facts.ts';
import type { Ordered, PassSettings } from '../../protocol/orders.ts';
import type { MemoryPool } from '../../spec/lanes.ts';
import type { CostSample } from '../admission/measured-cost.ts';
import type { Start } from './pass-log.ts';

export type PassOptions = {
  pass: number;
  kind: Kind;
  program: CompiledProgram;
  settings: Omit<PassSettings, 'program' | 'order'> & {
    order?: Exclude<Ordered, { kind: 'play' }> | undefined;
  };
  /** Whether something that is not watched may end the waits of a script: then it is never told to be stuck. */
  wakesUnseen?: boolean;
  /** The pool of `settings` if memory is the reason for it; null if not. */
  pool: MemoryPool | null;
  cores: number;
  otherRuns: number;
  /** See the fact `pass-started`. */
  machine?: string | undefined;
  /** Hears of computing time that the pass has used since the last call, in CPU ms. */
  compute(cpuMs: number): void;
  /** Hears of what all its processes use, four times a second. */
  measured(sample: CostSample): void;
  /** Returns the most other passes that it has shared cores with at a time. */
  sharedWith(): number;
  /** Longest duration of the pass, in ms. */
  limitMs: number;
  /** Most child processes at once. */
  maxProcesses: number;
  /** Most that the server may keep in the queue, the locks and their like, where jobs are processes. */
  maxHub: HubLoad;
  /** Memory limits of main's process and of a child, in MiB. */
  maxMib: { main: number; child: number };
};

/** Why a pass or a run was stopped from outside. */
export type StopReason = Exclude<Status, 'completed' | 'failed'>;

/** Returns the fact that a pass has started. */
export function startOf({ settings, pool, cores, otherRuns, machine }: PassOptions): Start {
  const { mode, order } = settings;
  return {
    type: 'pass-started',
    mode,
    cores,
    otherRuns,
    ...(machine && { machine }),
    ...(order && { order: order.kind }),
    ...(order?.kind === 'schedule' && { schedule: order.schedule }),
    ...(pool && { pool }),
  };
}

/** Returns the address of the program, which is put where the booted process can read it. */
export function addressFor(program: CompiledProgram, { place }: Booted): string {
  if ('address' in program) return program.address;
  if (place === null) throw new Error('A program that somebody wrote needs a sandbox.');
  place.write(program.text);
  return place.address;
}

/** Returns how many lines a program has; null if it cannot be read. */
export function linesIn(program: CompiledProgram): number | null {
  try {
    const text = 'text' in program ? program.text : fs.readFileSync(fileURLToPath(program.address), 'utf8');
    return text.split('\n').length;
  } catch {
    return null;
  }
}
