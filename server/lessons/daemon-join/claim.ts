/** That the daemon finished, because main waited for it. */
import { joinsOf } from '../../figures/joins.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import { alike, byGroup } from '../../words/by-mode.ts';
import type { Answer, Claim } from '../../words/claim.ts';
import { counted, secondsOf } from '../../words/english.ts';
import { NOISE_MS } from '../../words/noise.ts';

/** As in the program: jobs with an odd number are daemons. */
function daemonsOf({ jobs }: PassTimeline) {
  return [...jobs.values()].filter(({ job }) => job % 2 === 1);
}

/** Returns how long main waited in the joins of the daemons, in ms; null unless it joined them all. */
function waitedMs(pass: PassTimeline): number | null {
  const joins = joinsOf(pass);
  const waits = daemonsOf(pass).map((daemon) => joins.find(({ job }) => job === daemon.job)?.waitedMs);
  return waits.includes(undefined) ? null : waits.reduce<number>((sum, ms) => sum + (ms ?? 0), 0);
}

function headline(passes: readonly PassTimeline[]): string | null {
  const groups = alike(passes, (pass) => {
    const ms = waitedMs(pass);
    return daemonsOf(pass).length === 0 || ms === null ? null : `${ms >= NOISE_MS} ${daemonsOf(pass).length}`;
  }).sort((a, b) => b.words.localeCompare(a.words));
  return byGroup(groups, passes, (group) => {
    const [first] = group.passes;
    const daemons = first ? daemonsOf(first) : [];
    const named =
      daemons.length === 1 ? `the daemon, job ${daemons[0]?.job},` : counted(daemons.length, 'daemon');
    const times = secondsOf(group.passes.map((pass) => waitedMs(pass) ?? 0));
    const it = daemons.length === 1 ? 'it' : 'them';
    const why = group.words.startsWith('true')
      ? `, because main waited ${times} for ${it}`
      : ` before main joined ${it}`;
    return `${named} finished${why}`;
  });
}

/** The question is how far the daemon gets. It finished in all passes of the headline. */
function answer(passes: readonly PassTimeline[]): Answer | null {
  const why = headline(passes);
  return why === null ? null : { right: [1], why };
}

export default { headline, answer } satisfies Claim;
