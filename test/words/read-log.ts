/** Reads the events of a run without the timeline, so that the rules for sentences also find its mistakes. */
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Mode } from '../../server/spec/modes.ts';

export type Of<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>;
export type Wait = { for: string; on: string; job: number | null; lane: number; from: number; to: number };
export type Pass = {
  mode: Mode;
  events: RunEvent[];
  status: string | null;
  wallMs: number | null;
  /** The time of the last event. */
  lastMs: number;
  started: Map<number, number>;
  done: Set<number>;
  waits: Wait[];
};

/** Returns the passes of a run, in order. */
export function passesOf(events: RunEvent[]): Pass[] {
  return events
    .filter((event): event is Of<'pass-started'> => event.type === 'pass-started')
    .map((start) => {
      const own = events.filter(({ pass }) => pass === start.pass);
      const ended = own.find((event): event is Of<'pass-ended'> => event.type === 'pass-ended');
      const lastMs = Math.max(0, ...own.map(({ atMs }) => atMs ?? 0));
      const done = own.flatMap((event) =>
        event.type === 'job-ended' && event.status === 'done' ? [event.job] : [],
      );
      const started = own.flatMap((event) =>
        event.type === 'job-started' ? [[event.job, event.atMs] as const] : [],
      );
      return {
        mode: start.mode,
        events: own,
        status: ended?.status ?? null,
        wallMs: ended?.wallMs ?? null,
        lastMs,
        started: new Map(started),
        done: new Set(done),
        waits: waitsOf(own, lastMs),
      };
    });
}

function waitsOf(events: RunEvent[], lastMs: number): Wait[] {
  const open = new Map<string, Wait[]>();
  const all: Wait[] = [];
  for (const event of events) {
    if (event.type !== 'wait-started' && event.type !== 'wait-ended') continue;
    const key = [event.lane, event.job, event.for, event.on].join();
    if (event.type === 'wait-started') {
      const { lane, job, on, atMs } = event;
      const wait = { for: event.for, on, job, lane, from: atMs, to: lastMs };
      all.push(wait);
      open.set(key, [...(open.get(key) ?? []), wait]);
    } else {
      const wait = open.get(key)?.shift();
      if (wait) wait.to = event.atMs;
    }
  }
  return all;
}
