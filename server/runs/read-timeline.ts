/** Reads logs into timelines without holding up the server: that of 5 MB takes 40 to 160 ms. */
import { nextTurn } from '../launch/turn.ts';
import type { RunEvent } from '../protocol/events.ts';
import type { RunTimeline } from '../timeline/model.ts';
import { apply, newTimeline } from '../timeline/timeline.ts';

/** Longest that it reads before others have their turn, in ms. */
const TURN_MS = 8;
/** How many characters are read between looks at the clock. */
const STEP = 32_768;

/** Resolves with the timeline of `lines`, the events of a log as JSON. What is added meanwhile is not in it. */
export async function readTimeline(lines: readonly string[]): Promise<RunTimeline> {
  const timeline = newTimeline();
  let since = performance.now();
  let characters = 0;
  for (const line of lines) {
    const event: RunEvent = JSON.parse(line);
    apply(timeline, event);
    characters += line.length;
    if (characters < STEP) continue;
    characters = 0;
    if (performance.now() - since < TURN_MS) continue;
    await nextTurn();
    since = performance.now();
  }
  return timeline;
}
