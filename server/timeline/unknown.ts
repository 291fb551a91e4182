/** What follows in a pass after its log was cut. */
import { closeBar, count } from './bars.ts';
import { addTrack } from './lanes.ts';
import type { Bar, PassTimeline } from './model.ts';

/**
 * Makes all that follows in a pass unknown, because its log is cut at its latest time. Whatever is open ends there
 * without a result. Does nothing if the pass has ended.
 */
export function becomeUnknown(pass: PassTimeline | undefined): void {
  if (!pass || pass.ended || pass.cutMs !== null) return;
  pass.cutMs = pass.latestMs;
  if (pass.rows.length === 0) addTrack(pass, UNKNOWN_MAIN);
  for (const row of pass.rows) {
    const last = row.bars.at(-1);
    if (row.ended || (last && last.endMs !== null)) continue;
    if (last) closeBar(pass, row.bars, last, Math.max(last.startMs, pass.cutMs), null);
    row.bars.push({ ...UNKNOWN_BAR, startMs: last?.endMs ?? pass.cutMs });
    count(pass, 'unknown', 1);
  }
}

const UNKNOWN_BAR: Bar = {
  startMs: 0,
  endMs: null,
  state: 'unknown',
  job: null,
  on: null,
  line: null,
  end: null,
};

/** The only row of a pass if nothing is known about it. */
const UNKNOWN_MAIN = {
  lane: 0,
  slot: null,
  name: 'main',
  kind: 'main',
  pid: 0,
  parentPid: 0,
  threadId: 0,
  daemon: false,
} as const;
