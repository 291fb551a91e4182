/** What started lanes and jobs and released waits, from the events of a pass. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fact } from '../../server/protocol/facts.ts';
import type { Mode } from '../../server/spec/modes.ts';
import {
  beginningOf,
  causesOf,
  isArrow,
  isRelease,
  releasedBy,
  releaseOf,
  rowOf,
} from '../../server/timeline/causes.ts';
import type { Cause, PassTimeline } from '../../server/timeline/model.ts';
import { apply, newTimeline } from '../../server/timeline/timeline.ts';
import {
  events,
  jobEnded,
  jobStarted,
  laneReady,
  laneStarted,
  passStarted,
  type TimedFact,
  timelineOf,
  waitEnded,
  waitStarted,
} from './made-events.ts';
import { garbage, madeLog } from './made-logs.ts';
import { type Known, madeProgram, play } from './made-programs.ts';

/** A pass in which main and two lanes are ready and run jobs 1 and 2, followed by `facts`. */
function passOf(facts: TimedFact[], mode: Mode = 'threads'): PassTimeline {
  const begun = [
    passStarted(mode),
    ...[0, 1, 2].flatMap((lane) => [laneStarted(lane, mode), laneReady(lane)]),
  ];
  const jobs = [jobStarted(1, 1), jobStarted(2, 2)];
  const all = [...[...begun, ...jobs].map((fact): TimedFact => [0, fact]), ...facts];
  return timelineOf(events(0, all)).passes[0]!;
}

const message = (id: string) => ({ id, channel: 'queue' as const, bytes: 3, value: id });
const sent = (n: number, id: string): Fact => ({ type: 'message-sent', lane: n, job: n, ...message(id) });
const received = (n: number, id: string): Fact => ({
  type: 'message-received',
  lane: n,
  job: n,
  ...message(id),
});

/** A cause in short, without its rows. */
function known({ kind, on, from, to }: Cause | Known): string {
  const place = ({ lane, job, atMs }: Known['from']) => `lane ${lane} job ${job} at ${atMs}`;
  return `${kind} ${on}: ${place(from)}, ${place(to)}`;
}

const causesIn = (pass: PassTimeline, kind: Cause['kind']) =>
  causesOf(pass)
    .filter((cause) => cause.kind === kind)
    .map(known);

describe('causes: any program', () => {
  it('causesOf: reports every start and release, and nothing else', () => {
    fc.assert(
      fc.property(madeProgram, (program) => {
        const { events: log, causes } = play(program);
        const pass = timelineOf(log).passes[0]!;
        const isSure = ({ kind }: { kind: Cause['kind'] }) => kind !== 'room';
        expect(causesOf(pass).filter(isSure).map(known).sort()).toEqual(
          causes.filter(isSure).map(known).sort(),
        );
      }),
      { numRuns: 400 },
    );
  });

  it('causesOf: reports which get made room for a put that waited', () => {
    fc.assert(
      fc.property(madeProgram, (program) => {
        // On a busy event loop, answers are reported later than these programs expect.
        const { events: log, causes } = play({ ...program, isBusy: false });
        const pass = timelineOf(log).passes[0]!;
        const rooms = causesOf(pass).filter(({ kind }) => kind === 'room');
        const sure = causes.filter(({ kind }) => kind === 'room');
        // Of several gets at the same moment, another may be chosen. A get may also seem to have made room for a put
        // that already had some and is reported slightly later.
        const isAbout = (a: Known | Cause) => (b: Known | Cause) =>
          known({ ...a, from: b.from }) === known(b) && Math.abs(a.from.atMs - b.from.atMs) < 0.1;
        if (program.limit === null) expect(rooms).toEqual([]);
        for (const room of sure) expect(rooms.some(isAbout(room))).toBe(true);
        for (const room of rooms) {
          const hadRoom = room.wait!.endMs - room.wait!.startMs < 0.1;
          expect(hadRoom || sure.some(isAbout(room))).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('causesOf: is in order of time, and each cause ends in the row where its target is drawn', () => {
    fc.assert(
      fc.property(madeProgram, (program) => {
        const pass = timelineOf(play(program).events).passes[0]!;
        const all = causesOf(pass);
        const times = all.map(({ to }) => to.atMs);
        expect(times).toEqual([...times].sort((a, b) => a - b));
        for (const place of all.flatMap(({ from, to }) => [from, to])) {
          const row = rowOf(pass, place)!;
          expect(row).toMatchObject({ lane: place.lane, slot: place.slot });
          const isThere = row.bars.some(
            ({ job, startMs, endMs }) =>
              job === place.job && startMs <= place.atMs && place.atMs <= (endMs ?? pass.latestMs),
          );
          expect(isThere).toBe(true);
        }
      }),
    );
  });

  it('releaseOf: reports the cause of each bar that was released, and of no other', () => {
    fc.assert(
      fc.property(madeProgram, (program) => {
        const pass = timelineOf(play(program).events).passes[0]!;
        const found = pass.rows.flatMap((row) =>
          row.bars.flatMap((bar) => {
            const cause = releaseOf(pass, row, bar);
            if (cause === null) return [];
            expect(rowOf(pass, cause.to)).toBe(row);
            expect(cause.wait).toEqual({ startMs: bar.startMs, endMs: bar.endMs });
            return [cause];
          }),
        );
        const waits = causesOf(pass).filter((cause) => cause.kind !== 'worker' && isRelease(cause));
        expect(found.map(known).sort()).toEqual(waits.map(known).sort());
      }),
    );
  });

  it('releasedBy: each cause comes out of exactly one bar', () => {
    fc.assert(
      fc.property(madeProgram, (program) => {
        const pass = timelineOf(play(program).events).passes[0]!;
        const found = pass.rows.flatMap((row) => row.bars.flatMap((bar) => releasedBy(pass, row, bar)));
        expect(found.map(known).sort()).toEqual(causesOf(pass).map(known).sort());
      }),
    );
  });

  it('causesOf: in batches, with the timeline stored in between, equals all at once', () => {
    fc.assert(
      fc.property(madeProgram, fc.array(fc.nat(30)), (program, batches) => {
        const { events: log } = play(program);
        let timeline = newTimeline();
        let at = 0;
        for (const more of [...batches, log.length]) {
          for (const event of log.slice(at, at + more)) apply(timeline, event);
          at += more;
          timeline = structuredClone(timeline);
        }
        expect(timeline.passes[0]!.causes).toEqual(timelineOf(log).passes[0]!.causes);
      }),
    );
  });

  it('causesOf: a log that makes no sense throws nothing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          garbage,
          madeLog.map((log) => log.events),
        ),
        (log) => {
          for (const pass of timelineOf(log).passes) {
            for (const row of pass.rows) for (const bar of row.bars) releaseOf(pass, row, bar);
          }
        },
      ),
    );
  });
});

describe('causes: messages', () => {
  it('causesOf: a message reported as received first still leads from its put', () => {
    const pass = passOf([
      [3, waitStarted(2, 2, 'queue', 'a message')],
      [5, waitEnded(2, 2, 'queue', 'a message')],
      [5, received(2, 'a')],
      [4, sent(1, 'a')],
    ]);
    expect(causesIn(pass, 'message')).toEqual(['message a: lane 1 job 1 at 4, lane 2 job 2 at 5']);
    const row = pass.rows[2]!;
    expect(releaseOf(pass, row, row.bars.find(({ state }) => state === 'queue')!)?.on).toBe('a');
  });

  it('isRelease: a message that was there before the get released nothing, but has an arrow', () => {
    const pass = passOf([
      [2, sent(1, 'a')],
      [3, waitStarted(2, 2, 'queue', 'a message')],
      [4, waitEnded(2, 2, 'queue', 'a message')],
      [4, received(2, 'a')],
    ]);
    const cause = causesOf(pass).find(({ kind }) => kind === 'message')!;
    expect([isRelease(cause), isArrow(cause)]).toEqual([false, true]);
    const row = pass.rows[2]!;
    expect(releaseOf(pass, row, row.bars.find(({ state }) => state === 'queue')!)).toBeNull();
  });
});

describe('causes: room in the queue', () => {
  const put = (atMs: number, n: number): TimedFact => [atMs, waitStarted(n, n, 'queue', 'room in the queue')];
  const isPut = (atMs: number, n: number, id: string): TimedFact[] => [
    [atMs, waitEnded(n, n, 'queue', 'room in the queue')],
    [atMs, sent(n, id)],
  ];
  const get = (atMs: number, n: number): TimedFact => [atMs, waitStarted(n, n, 'queue', 'a message')];
  const isGot = (atMs: number, n: number, id: string): TimedFact[] => [
    [atMs, waitEnded(n, n, 'queue', 'a message')],
    [atMs, received(n, id)],
  ];
  const from2To1 = ['room room in the queue: lane 2 job 2 at 6, lane 1 job 1 at 5'];

  it('causesOf: a put leads from the get that made room, even if that is reported later', () => {
    const begun = [put(1, 1), ...isPut(1.1, 1, 'a'), put(2, 1), get(4, 2)];
    expect(causesIn(passOf([...begun, ...isPut(5, 1, 'b'), ...isGot(6, 2, 'a')]), 'room')).toEqual(from2To1);
    expect(causesIn(passOf([...begun, ...isGot(6, 2, 'a'), ...isPut(5, 1, 'b')]), 'room')).toEqual(from2To1);
  });

  it('causesOf: no get made room for a put if an earlier get received its message', () => {
    const pass = passOf([
      get(1, 2),
      put(2, 1),
      ...isGot(3, 2, 'a'),
      get(4, 2),
      ...isPut(5, 1, 'a'),
      ...isGot(9, 2, 'b'),
    ]);
    expect(causesIn(pass, 'room')).toEqual([]);
  });
});

describe('causes: joins', () => {
  it('isArrow: a join of a job that had already ended is a cause, but has no arrow', () => {
    const pass = passOf([
      [2, jobEnded(1, 1)],
      [3, waitStarted(0, null, 'join', 'job 1')],
      [4, waitEnded(0, null, 'join', 'job 1')],
      [4, waitStarted(0, null, 'join', 'job 2')],
      [6, jobEnded(2, 2)],
      [7, waitEnded(0, null, 'join', 'job 2')],
    ]);
    const joins = causesOf(pass).filter(({ kind }) => kind === 'join');
    expect(joins.map((cause) => [cause.on, isArrow(cause)])).toEqual([
      ['job 1', false],
      ['job 2', true],
    ]);
  });
});

describe('causes: workers', () => {
  it('beginningOf: a lane opened for a queued job leads from the job that freed a worker', () => {
    const pass = passOf([
      [1, waitStarted(0, 3, 'worker', 'a free lane')],
      [5, jobEnded(1, 1)],
      [6, waitEnded(0, 3, 'worker', 'a free lane')],
      [6, laneStarted(3, 'threads')],
      [8, laneReady(3)],
      [9, jobStarted(3, 3)],
    ]);
    expect(causesIn(pass, 'worker')).toEqual(['worker a free lane: lane 1 job 1 at 5, lane 3 job 3 at 9']);
    const row = pass.rows[3]!;
    expect(row.bars.map((bar) => beginningOf(pass, row, bar)?.kind ?? null)).toEqual([
      'start',
      null,
      'worker',
    ]);
  });

  it('causesOf: a lane that is used again leads from its own last job, in whatever order jobs ended', () => {
    const pass = passOf([
      [1, waitStarted(0, 3, 'worker', 'a free lane')],
      [1, waitStarted(0, 4, 'worker', 'a free lane')],
      [5, jobEnded(1, 1)],
      [6, jobEnded(2, 2)],
      [7, waitEnded(0, 3, 'worker', 'a free lane')],
      [7, waitEnded(0, 4, 'worker', 'a free lane')],
      [8, jobStarted(2, 3)],
      [9, jobStarted(1, 4)],
    ]);
    expect(causesIn(pass, 'worker')).toEqual([
      'worker a free lane: lane 2 job 2 at 6, lane 2 job 3 at 8',
      'worker a free lane: lane 1 job 1 at 5, lane 1 job 4 at 9',
    ]);
  });

  it('causesOf: one by one no job is started in another lane, and none waits', () => {
    const pass = passOf([[3, jobEnded(1, 1)]], 'sequential');
    expect(causesIn(pass, 'worker')).toEqual([]);
  });
});

describe('causes: a thread that is busy', () => {
  const late = (endMs: number, ...facts: TimedFact[]): PassTimeline =>
    passOf(
      [
        [0, jobStarted(0, 3)],
        [1, waitStarted(0, 3, 'sleep', '0.005 s')],
        [1, jobStarted(0, 4)],
        [1, waitStarted(0, 4, 'sleep', '0.01 s')],
        [6, waitEnded(0, 3, 'sleep', '0.005 s')],
        ...facts,
        [endMs, waitEnded(0, 4, 'sleep', '0.01 s')],
      ],
      'event-loop',
    );
  const from3 = ['thread 0.01 s: lane 0 job 3 at 40, lane 0 job 4 at 41'];

  it('releaseOf: a late sleep was released by the end of what another job computed', () => {
    const ended = late(41, [40, jobEnded(0, 3)]);
    expect(causesIn(ended, 'thread')).toEqual(from3);
    const row = ended.rows.find(({ bars }) => bars.some(({ job }) => job === 4))!;
    const release = releaseOf(ended, row, row.bars.find(({ state }) => state === 'sleep')!)!;
    expect([release.kind, release.wait, isArrow(release)]).toEqual([
      'thread',
      { startMs: 1, endMs: 41 },
      true,
    ]);
    // Also if that job has not ended, but waits now.
    expect(causesIn(late(41, [40, waitStarted(0, 3, 'sleep', '1 s')]), 'thread')).toEqual(from3);
  });

  it('causesOf: a job that woke just before and computed almost nothing delayed no other', () => {
    const between: TimedFact[] = [
      [40, jobEnded(0, 3)],
      [40.1, jobStarted(0, 5)],
      [40.9, jobEnded(0, 5)],
    ];
    expect(causesIn(late(41, ...between), 'thread')).toEqual(from3);
  });

  it('causesOf: after a long computation, a few ms more are negligible', () => {
    const after: TimedFact[] = [
      [1006, jobEnded(0, 3)],
      [1010, jobStarted(0, 5)],
      [1015, jobEnded(0, 5)],
    ];
    expect(causesIn(late(1019, ...after), 'thread')).toEqual([
      'thread 0.01 s: lane 0 job 3 at 1006, lane 0 job 4 at 1019',
    ]);
  });

  it('causesOf: a bar that began before a computation and ends with it was not on the thread', () => {
    const around: TimedFact[] = [
      [6, jobStarted(0, 5)],
      [7, waitStarted(0, 3, 'sleep', '0.003 s')],
      [10, waitEnded(0, 3, 'sleep', '0.003 s')],
      [40, jobEnded(0, 3)],
      [40.5, jobEnded(0, 5)],
    ];
    expect(causesIn(late(41, ...around), 'thread')).toEqual(from3);
  });

  it('causesOf: a sleep that is on time, or ends long after the thread was free, was not delayed', () => {
    expect(causesIn(late(12, [11.5, jobEnded(0, 3)]), 'thread')).toEqual([]);
    expect(causesIn(late(60, [40, jobEnded(0, 3)]), 'thread')).toEqual([]);
    // Computing in another thread does not count.
    const elsewhere = passOf([
      [1, waitStarted(1, 1, 'sleep', '0.01 s')],
      [40, jobEnded(2, 2)],
      [41, waitEnded(1, 1, 'sleep', '0.01 s')],
    ]);
    expect(causesIn(elsewhere, 'thread')).toEqual([]);
  });
});
