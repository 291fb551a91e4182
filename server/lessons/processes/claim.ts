/** How much more memory processes need than threads, and whether that bought any time. */
import { isHeldUp } from '../../figures/summary.ts';
import { hasWorkers } from '../../spec/modes.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { inSeconds } from '../../words/english.ts';
import { isAbout, isSameTime } from '../../words/noise.ts';
import { bytes, count, factorText } from '../../words/units.ts';

/** Factors that each choice of the prediction stands for. */
const CHOICES = [
  { from: 0, to: 1.3 },
  { from: 2.1, to: 4.5 },
  { from: 7, to: 14 },
  { from: 70, to: 140 },
];

/** The memory of main with its threads, and of main with its processes; null unless both are known. */
function memory(passes: readonly PassTimeline[]) {
  const [threads, processes] = (['threads', 'processes'] as const).map((mode) =>
    passes.find((pass) => pass.mode === mode),
  );
  const own = threads?.ended?.peakRssBytes;
  const other = processes?.ended?.peakRssBytes;
  if (!threads?.ended || !processes?.ended || !own || !other) return null;
  const [lanes, children] = [threads, processes].map(
    ({ rows }) => rows.filter(({ kind }) => kind !== 'main').length,
  );
  if (!lanes || lanes !== children || !hasWorkers(processes.mode)) return null;
  return {
    threads: { pass: threads, ended: threads.ended },
    processes: { pass: processes, ended: processes.ended },
    lanes,
    factor: other / own,
    other: bytes(other),
    own: bytes(own),
  };
}

function headline(passes: readonly PassTimeline[]): string | null {
  const found = memory(passes);
  if (found === null) return null;
  const { threads, processes, factor, own, other } = found;
  const much = isAbout(factor, 1)
    ? 'about as much memory as threads'
    : `${factorText(factor)} times the memory of threads`;
  const needed = `Processes needed ${much}, ${other} compared with ${own}`;
  if ([threads, processes].some(({ pass, ended }) => isHeldUp(pass.mode, ended))) return `${needed}.`;
  const [ms, otherMs] = [threads.ended.wallMs, processes.ended.wallMs];
  return isSameTime(ms, otherMs)
    ? `${needed}, and took about the same time.`
    : `${needed}, and took ${inSeconds(otherMs)}; threads took ${inSeconds(ms)}.`;
}

/** The question is how many times as much memory main and processes need. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const found = memory(passes);
  if (found === null) return null;
  const { lanes, factor, own, other } = found;
  const right = CHOICES.flatMap(({ from, to }, i) => (factor >= from && factor < to ? [i] : []));
  const why = `Main and ${count(lanes, 'thread')} needed ${own}, main and ${count(lanes, 'process', 'processes')} ${other}: ${factorText(factor)} times as much.`;
  const depends = 'It depends on how many processes there are, because each has its own runtime.';
  return { right, why: right.length > 0 ? why : `${why} ${depends}` };
}

export default { headline, answer } satisfies Claim;
