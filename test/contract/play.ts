/** Plays real runs of fixtures or lessons in a playground, and returns their events. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startPlayground } from '../../server/playground.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Status } from '../../server/protocol/facts.ts';
import type { Playground } from '../../server/routes/playground.ts';
import { personAt } from '../../server/runs/admission/fair-use.ts';
import type { RunRecord } from '../../server/runs/execution.ts';
import { type Log, nextChunk } from '../../server/runs/log/log.ts';
import { readSettings } from '../../server/settings.ts';
import { MODES, type Mode } from '../../server/spec/modes.ts';
import type { Spec } from '../../server/spec/spec.ts';
import { modesFor, skipUntilAll } from '../everyday.ts';
import { prepared } from '../prepared.ts';
import { alive, programProcesses } from './processes.ts';

export type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;

/** A playground with its own folder. */
export type Ground = Playground & {
  /** Closes it; throws if one of its processes is left. */
  end(): Promise<void>;
};

/** Starts a playground of the lessons in `lessonsFolder`. `env` is the environment of the server. */
export async function openGround(
  env: Record<string, string> = {},
  lessonsFolder = 'test/fixtures',
): Promise<Ground> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'contract-'));
  const settings = readSettings({ DATA_DIR: folder, ...env });
  const playground = await startPlayground(settings, { lessonsFolder, ...prepared() });
  return {
    ...playground,
    async end() {
      await playground.close();
      const left = programProcesses(folder);
      for (const pid of left) process.kill(pid, 'SIGKILL');
      fs.rmSync(folder, { recursive: true });
      if (left.length > 0) throw new Error(`The playground left processes: ${left.join(', ')}.`);
    },
  };
}

/**
 * Submits a run of `spec`; by default in four modes, with four jobs of 0.02 to 0.1 seconds. Each of its passes may take
 * `maxSeconds`, or what the ground allows.
 */
export function submit(
  ground: Playground,
  spec: Partial<Spec> & Pick<Spec, 'lesson'>,
  maxSeconds?: number,
): Promise<RunRecord> {
  const base: Omit<Spec, 'lesson'> = {
    code: '',
    modes: [...MODES],
    runtime: 'node',
    jobs: 4,
    workers: null,
    work: 'wait',
    minSeconds: 0.02,
    maxSeconds: 0.1,
    seed: 7,
  };
  return ground.runs.submit(
    { ...base, ...spec },
    { person: personAt(null), ...(maxSeconds && { maxSeconds }) },
  );
}

/**
 * Plays a run to its end; unless `spec` has modes, in those that are tried everyday. `onEvent` is called with each event
 * as a reader receives it.
 */
export async function play(
  ground: Playground,
  spec: Partial<Spec> & Pick<Spec, 'lesson'>,
  onEvent: (event: RunEvent, run: RunRecord) => void = () => {},
  maxSeconds?: number,
): Promise<Played> {
  const modes = modesFor(spec.lesson, spec.runtime ?? 'node');
  const run = await submit(ground, { modes, ...spec }, maxSeconds);
  const events: RunEvent[] = [];
  for await (const event of follow(run.log)) {
    events.push(event);
    onEvent(event, run);
  }
  const played = new Played(run.spec, events);
  return new Played(run.spec, events, alive(played.pids));
}

/** Returns all events of a log, once it has ended. */
export async function readAll(log: Log): Promise<RunEvent[]> {
  const events: RunEvent[] = [];
  for await (const event of follow(log)) events.push(event);
  return events;
}

/** Yields the events of a log as a reader receives them, to its end. */
export async function* follow(log: Log): AsyncGenerator<RunEvent> {
  const reader = log.read(0);
  try {
    for (let chunk = await nextChunk(reader); chunk; chunk = await nextChunk(reader)) {
      for (const line of chunk.lines) yield JSON.parse(line);
    }
  } finally {
    reader.close();
  }
}

/** The events of a run, or of one pass of it. */
export class Played {
  readonly spec: Spec;
  readonly events: RunEvent[];
  /** Pids of those of its processes that were alive when it had ended. */
  readonly left: number[];

  constructor(spec: Spec, events: RunEvent[], left: number[] = []) {
    this.spec = spec;
    this.events = events;
    this.left = left;
  }

  /** The pass in `mode`. If that was not played, because the run was not to be in all modes, skips the running test. */
  pass(mode: Mode): Played {
    const pass = this.spec.modes.indexOf(mode);
    if (pass < 0) skipUntilAll(`${this.spec.lesson} in mode ${mode} on ${this.spec.runtime}`);
    return new Played(
      this.spec,
      this.events.filter((event) => event.pass === pass),
      this.left,
    );
  }

  of<T extends RunEvent['type']>(type: T): Of<T>[] {
    return this.events.filter((event): event is Of<T> => event.type === type);
  }

  /** The only event of its type. */
  one<T extends RunEvent['type']>(type: T): Of<T> {
    const [found, ...others] = this.of(type);
    if (!found || others.length > 0)
      throw new Error(`Not one ${type} but ${others.length + (found ? 1 : 0)}.`);
    return found;
  }

  /** How the run ended. */
  get status(): Status {
    return this.one('run-ended').status;
  }

  /** How each job ended, in order; undefined for a job that did not. */
  get outcomes(): (Of<'job-ended'>['status'] | undefined)[] {
    const ended = this.of('job-ended');
    return Array.from({ length: this.spec.jobs }, (_, n) => ended.find(({ job }) => job === n)?.status);
  }

  /** The first lane that ran `job`. */
  laneOf(job: number): number {
    const started = this.of('job-started').find((event) => event.job === job);
    if (!started) throw new Error(`Job ${job} did not start.`);
    return started.lane;
  }

  /** The logged texts, by job; null for main. */
  texts(job: number | null): string[] {
    return this.of('log').flatMap((event) => (event.job === job ? [event.text] : []));
  }

  /** Pids that occur in the events. */
  get pids(): number[] {
    return [...new Set(this.of('lane-started').map(({ pid }) => pid))];
  }

  /** Most lanes beside main that were open at once. */
  get mostLanes(): number {
    let now = 0;
    let most = 0;
    for (const event of this.events) {
      if (!('lane' in event) || event.lane === 0) continue;
      if (event.type === 'lane-started') most = Math.max(most, ++now);
      if (event.type === 'lane-ended') now--;
    }
    return most;
  }

  /** Most jobs under way at once. A job that starts at the moment another ends does not overlap it. */
  get mostAtOnce(): number {
    const steps = [
      ...this.of('job-started').map(({ atMs }) => ({ atMs, by: 1 })),
      ...this.of('job-ended').map(({ atMs }) => ({ atMs, by: -1 })),
    ].sort((a, b) => a.atMs - b.atMs || a.by - b.by);
    let now = 0;
    return Math.max(0, ...steps.map(({ by }) => (now += by)));
  }
}
