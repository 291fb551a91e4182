/** Logs of one order each, made by hand: jobs in threads that each read the counter and write it, one more. */
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Fact } from '../../server/protocol/facts.ts';
import { formatSchedule, parseSchedule } from '../../server/spec/schedule.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneEnded,
  laneReady,
  passEnded,
  type TimedFact,
  waitEnded,
  waitStarted,
} from './made-events.ts';

/** What happens in the run of a job at a step, with the line of the program; `after`: in the same step, after it. */
export type Access = { facts: Fact[]; after?: Fact[] };

/** Returns the log of `schedule`, in which two jobs read and write the counter. */
export function readAndWrite(schedule: string): RunEvent[] {
  let counter = 0;
  const read = new Map<number, number>();
  return orderLog(schedule, (lane, nth) => {
    const of = { lane, job: lane - 1, key: 'counter' } as const;
    if (nth === 0) {
      read.set(lane, counter);
      return { facts: [{ type: 'shared-read', ...of, value: counter, line: 3 }] };
    }
    counter = (read.get(lane) ?? 0) + 1;
    const log: Fact = {
      type: 'log',
      lane,
      job: lane - 1,
      stream: 'stdout',
      text: `Job ${lane - 1} wrote ${counter}`,
      line: 6,
    };
    return {
      facts: [{ type: 'shared-written', ...of, value: counter, length: null, line: 5 }],
      after: [log],
    };
  });
}

/**
 * Returns the log of `schedule`: `access` returns what lane `lane` does in its step `nth`, from 0. Main joins the jobs in
 * order, and each ends with its last step.
 */
export function orderLog(schedule: string, access: (lane: number, nth: number) => Access): RunEvent[] {
  const steps = (parseSchedule(schedule, 1000) ?? []).map(({ lane }) => lane);
  const lanes = [...new Set(steps)].sort((a, b) => a - b);
  const taken = new Map<number, number>();
  const ended = new Set<number>();
  const facts: TimedFact[] = [[0, orderStarted(schedule)]];
  const at = (step: number, ...more: Fact[]) => facts.push(...more.map((fact): TimedFact => [step, fact]));
  at(0, orderLane(0), laneReady(0));
  for (const lane of lanes) at(0, orderLane(lane), laneReady(lane), jobStarted(lane, lane - 1));
  let joined = 0;
  const join = (step: number) => {
    while (joined < lanes.length && ended.has(joined)) {
      at(step, waitEnded(0, null, 'join', `job ${joined}`));
      joined++;
      if (joined < lanes.length) at(step, waitStarted(0, null, 'join', `job ${joined}`));
    }
  };
  at(0, waitStarted(0, null, 'join', 'job 0'));
  for (const [i, lane] of steps.entries()) {
    const nth = taken.get(lane) ?? 0;
    taken.set(lane, nth + 1);
    const { facts: own, after = [] } = access(lane, nth);
    at(i + 1, ...own, ...after);
    if (steps.lastIndexOf(lane) > i) continue;
    at(i + 1, jobEnded(lane, lane - 1), laneEnded(lane));
    ended.add(lane - 1);
    join(i + 1);
  }
  at(steps.length, laneEnded(0), { ...passEnded(steps.length), cpuMs: null, peakRssBytes: null } as Fact);
  const begun = events(null, [[0, { type: 'run-started' }]]);
  const passed = events(0, facts, begun.length);
  const end: Fact = { type: 'run-ended', status: 'completed', error: null };
  return [...begun, ...passed, ...events(null, [[20, end]], begun.length + passed.length)];
}

function orderStarted(schedule: string): Fact {
  const text = formatSchedule(parseSchedule(schedule, 1000) ?? []);
  return { type: 'pass-started', mode: 'threads', cores: 2, otherRuns: 0, order: 'schedule', schedule: text };
}

function orderLane(lane: number): Fact {
  const name = lane === 0 ? 'main' : `job ${lane - 1}`;
  const kind = lane === 0 ? 'main' : 'thread';
  const job = lane === 0 ? {} : { job: lane - 1 };
  return {
    type: 'lane-started',
    lane,
    kind,
    name,
    ...job,
    pid: 1,
    threadId: lane,
    parentPid: 0,
    daemon: false,
  };
}

/**
 * Returns the log of `schedule`, in which job 0 puts a number into the queue in each of its steps, and job 1 takes one:
 * in its first step it asks for it.
 */
export function queueOrder(schedule: string): RunEvent[] {
  const put: number[] = [];
  const taken: number[] = [];
  let isWaiting = false;
  const gets = (value: number): Fact[] => [
    waitEnded(2, 1, 'queue', 'a message'),
    {
      type: 'message-received',
      lane: 2,
      job: 1,
      id: `m${value}`,
      channel: 'queue',
      bytes: 1,
      value,
      line: 12,
    },
  ];
  return orderLog(schedule, (lane, nth) => {
    if (lane === 1) {
      put.push(nth);
      const after = isWaiting ? gets(nth) : [];
      if (isWaiting) taken.push(nth);
      isWaiting = false;
      return {
        facts: [
          {
            type: 'message-sent',
            lane,
            job: 0,
            id: `m${nth}`,
            channel: 'queue',
            bytes: 1,
            value: nth,
            line: 4,
          },
        ],
        after,
      };
    }
    const asks: Fact = { ...waitStarted(2, 1, 'queue', 'a message'), line: 11 } as Fact;
    const value = put[taken.length];
    isWaiting = value === undefined;
    if (value !== undefined) taken.push(value);
    return { facts: [asks, ...(value === undefined ? [] : gets(value))] };
  });
}
