/** What main waited for in its joins, and how long. */
import { type Join, joinsOf } from '../../figures/joins.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import { alike, byGroup, inModes, inRanges } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { capital, counted, listed, namedJobs, secondsOf } from '../../words/english.ts';
import { NOISE_MS } from '../../words/noise.ts';

/** A join that took less than this share of all joins returned at once. */
const WAITED = 0.02;

/** Returns the joins in which main waited. */
function waits(joins: Join[]): Join[] {
  const all = joins.reduce((sum, { waitedMs }) => sum + waitedMs, 0);
  return joins.filter(({ waitedMs }) => waitedMs >= Math.max(NOISE_MS, WAITED * all));
}

/** How long main waited in all joins, in ms. */
function totalMs(pass: PassTimeline): number {
  return waits(joinsOf(pass)).reduce((sum, { waitedMs }) => sum + waitedMs, 0);
}

function hadEnded({ endedMs, startMs }: Join): boolean {
  return endedMs !== null && endedMs <= startMs;
}

/**
 * Passes in which main waited for the same jobs, and about as long, share a sentence; those in which it waited for the
 * most jobs come first.
 */
function headline(passes: readonly PassTimeline[]): string | null {
  const groups = alike(passes, (pass) => {
    const joins = joinsOf(pass);
    return joins.length === 0
      ? null
      : [waits(joins), joins.filter(hadEnded)].map((some) => some.map(({ job }) => job).join()).join(' ');
  })
    .sort((a, b) => b.words.indexOf(' ') - a.words.indexOf(' '))
    .flatMap(({ passes: some, words }) =>
      inRanges(some, totalMs).map((alikeToo) => ({ passes: alikeToo, words })),
    );
  return byGroup(groups, passes, (group) => joinWords(group.passes.map(joinsOf)));
}

/** Says what main waited for. In all of these passes, it waited for the same jobs. */
function joinWords(all: Join[][]): string {
  const joins = all[0] ?? [];
  const waited = waits(joins);
  const ended = joins.filter(hadEnded).map(({ job }) => job);
  const rest = joins.length - waited.length;
  if (waited.length === 0)
    return rest === ended.length
      ? 'main did not have to wait: each job had ended by the time main joined it'
      : 'main did not have to wait';
  const times = (job: number) =>
    secondsOf(all.map((one) => one.find((join) => join.job === job)?.waitedMs ?? 0));
  const total = secondsOf(all.map((one) => waits(one).reduce((sum, { waitedMs }) => sum + waitedMs, 0)));
  const jobs = waited.map(({ job }) => job);
  const what =
    jobs.length > 3
      ? `main waited ${total} in total, for ${rest === 0 ? 'all' : `${jobs.length} of`} ${counted(joins.length, 'job')}`
      : `main waited ${listed(jobs.map((job) => `${times(job)} for job ${job}`))}`;
  if (rest === 0 || rest !== ended.length) return what;
  const had = ended.length > 3 ? `the other ${ended.length}` : namedJobs(ended);
  return `${what}; ${had} had already ended when main joined ${ended.length === 1 ? 'it' : 'them'}`;
}

/** The question is what main did when it joined job 1. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const joins = passes.flatMap((pass) => {
    // The first of them: that of job 0 was waited for.
    const [join] = joinsOf(pass).filter(hadEnded);
    return join ? [{ ...join, pass }] : [];
  });
  const [first] = joins;
  if (first === undefined) return null;
  const same = joins.filter(({ job }) => job === first.job);
  const before = secondsOf(same.map(({ startMs, endedMs }) => startMs - (endedMs ?? startMs)));
  const where = same.length < passes.length ? `${capital(inModes(same.map(({ pass }) => pass)))} job` : 'Job';
  const why = `${where} ${first.job} had ended ${before} before main joined it, so there was nothing to wait for.`;
  return { right: [0], why };
}

export default { headline, answer } satisfies Claim;
