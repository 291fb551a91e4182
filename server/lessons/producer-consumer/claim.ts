/** How much of their time the jobs spent waiting for room in the queue. */
import type { PassTimeline } from '../../timeline/model.ts';
import { alike, byGroup } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { inSeconds, secondsOf } from '../../words/english.ts';
import { roomOf, waitsForRoom } from '../../words/queue-sentence.ts';
import { percentsOf } from '../../words/units.ts';

/** From this share on, waiting for room is what the run shows. */
const NOTABLE = 0.1;

/** What the jobs of a pass did, in ms: made items, waited to put them, waited to get something. */
function timesOf(pass: PassTimeline) {
  const waits = waitsForRoom(pass).filter(({ job }) => job !== null);
  const putMs = waits.reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const { sleep, computing, queue } = pass.jobStateMs;
  const allMs = Object.values(pass.jobStateMs).reduce((sum, ms) => sum + ms, 0);
  return { makeMs: sleep + computing, putMs, getMs: Math.max(0, queue - putMs), allMs, waits };
}

/** Returns how long main waited for something to take, in ms. */
function mainWaitedMs({ rows }: PassTimeline): number {
  const bars = rows.flatMap((row) => (row.kind === 'main' && row.slot === null ? row.bars : []));
  return bars.reduce((sum, { state, job, startMs, endMs }) => {
    return sum + (state === 'queue' && job === null ? (endMs ?? startMs) - startMs : 0);
  }, 0);
}

function headline(passes: readonly PassTimeline[]): string | null {
  const groups = alike(passes, (pass) => {
    const { putMs, allMs, waits } = timesOf(pass);
    if (allMs <= 0) return null;
    return putMs >= NOTABLE * allMs ? `, which holds ${roomOf(pass, waits)}` : '';
  }).sort((a, b) => b.words.length - a.words.length);
  return byGroup(groups, passes, ({ passes: alikes, words: holds }) => {
    const shares = alikes.map(timesOf).map(({ putMs, allMs }) => putMs / allMs);
    const waited = secondsOf(alikes.map(mainWaitedMs));
    return holds === ''
      ? `the jobs hardly waited for room in the queue; main waited ${waited} for items`
      : `the jobs spent ${percentsOf(shares)} of their time waiting for room in the queue${holds}`;
  });
}

/** The question is what the jobs do most of the time. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const right = new Set<number>();
  let why = '';
  for (const pass of passes) {
    const { makeMs, putMs, getMs, allMs } = timesOf(pass);
    if (allMs <= 0) continue;
    const times = [makeMs, putMs, getMs];
    right.add(times.indexOf(Math.max(...times)));
    why ||= `In total, the jobs spent ${inSeconds(makeMs)} making items and ${inSeconds(putMs)} waiting to put them into the queue.`;
  }
  return right.size === 0 ? null : { right: [...right].sort(), why };
}

export default { headline, answer } satisfies Claim;
