/** The same error again and again: runs that were recorded stand for those of a member. */
import { expect, it } from 'vitest';
import { troubleOf } from '../../server/figures/trouble.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Room } from '../../server/rooms/room.ts';
import { sameErrorRuns } from '../../server/rooms/same-error.ts';
import { Wall } from '../../server/rooms/wall.ts';
import type { RunRecord } from '../../server/runs/execution.ts';
import { PublishedLog } from '../../server/runs/log/published-log.ts';
import { apply, newTimeline } from '../../server/timeline/timeline.ts';
import { recordedRuns } from '../recorded/read.ts';

function timelineOf(events: readonly RunEvent[]) {
  const timeline = newTimeline();
  for (const event of events) apply(timeline, event);
  return timeline;
}

const all = recordedRuns().map(({ name, events }) => ({
  name,
  events,
  trouble: troubleOf(timelineOf(events)),
}));
/** The events of a run that failed, and of one that failed otherwise, and of one that did not. */
const failed = all.find(({ trouble }) => trouble !== null);
const other = all.find(({ trouble }) => trouble !== null && trouble !== failed?.trouble);
const fine = all.find(({ trouble }) => trouble === null);

/** Runs by the ids a, b, … in the order given; `null` is one that cannot be read. */
function runsOf(some: (typeof fine | null)[], code = '') {
  const ids = some.map((_, at) => String.fromCharCode(97 + at));
  const get = async (id: string) => {
    const run = some[ids.indexOf(id)];
    if (!run) throw new Error('blocked');
    const log = new PublishedLog(run.events.map((event) => JSON.stringify(event)));
    return { id, log, createdAt: 7, spec: { code } } as unknown as RunRecord;
  };
  return { ids, get };
}

it('troubleOf: an error without what differs from run to run; nothing of a run that ended well or was stopped', () => {
  const texts = all.flatMap(({ trouble }) => trouble ?? []);
  expect(new Set(texts).size).toBeGreaterThan(1);
  for (const text of texts) expect(text).not.toMatch(/\d/);
  for (const { name, events, trouble } of all) {
    const { status, passes } = timelineOf(events);
    const hasFailedJob = passes.some(({ jobs }) => [...jobs.values()].some((job) => job.status === 'failed'));
    const isStopped = status === 'cancelled' || status === 'interrupted';
    expect(trouble !== null, name).toBe(!isStopped && (hasFailedJob || status !== 'completed'));
  }
});

it.each([
  [3, [failed, failed], failed],
  [1, [failed, fine], failed],
  [1, [failed, other], failed],
  [2, [other, failed], failed],
  [1, [failed, null], failed],
  [1, [], failed],
  [0, [failed, failed], fine],
  [9, Array.from({ length: 20 }, () => failed), failed],
])('sameErrorRuns: %i in a row', async (count, before, latest) => {
  const { ids, get } = runsOf(before);
  expect(await sameErrorRuns(timelineOf(latest?.events ?? []), ids, { get })).toBe(count);
});

it.each([
  ['x', 2],
  // What goes wrong in a lesson’s own program is its point.
  ['', 0],
])(
  'Wall: says when a member ran last, and how often their own program (%j) had the same error: %i',
  async (code, sameError) => {
    const { ids, get } = runsOf([failed, failed], code);
    const member = { number: 1, run: 'b' };
    const room = { members: [member], member: () => member } as unknown as Room;
    const reader = new Wall(room, { get }, async () => ids).read();
    const sent: string[] = [];
    await expect.poll(() => sent.push(...reader.changed())).toBe(1);
    expect(JSON.parse(sent[0] ?? '')).toMatchObject({ member: 1, ranAt: 7, sameError });
    reader.close();
  },
);
