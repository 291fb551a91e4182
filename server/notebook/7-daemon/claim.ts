/** Whether the daemon reached its end, and if so, why. */
import { joinsOf } from '../../figures/joins.ts';
import type { PassTimeline } from '../../timeline/model.ts';
import type { Claim } from '../../words/claim.ts';
import { inSeconds, namedJobs } from '../../words/english.ts';
import { NOISE_MS } from '../../words/noise.ts';

function headline([pass]: readonly PassTimeline[]): string | null {
  const lane = pass?.rows.find(({ daemon }) => daemon)?.lane;
  const jobs = [...(pass?.jobs.values() ?? [])];
  const daemon = jobs.find((one) => one.lane === lane);
  const others = jobs.filter((one) => one !== daemon);
  if (pass === undefined || !daemon || others.some(({ status }) => status !== 'done')) return null;
  const named = `The daemon, job ${daemon.job},`;
  const left = namedJobs(others.map(({ job }) => job));
  if (daemon.status === 'cut-off')
    return `${named} was cut off after ${inSeconds((daemon.endMs ?? daemon.startMs) - daemon.startMs)}, when ${left} ended: Python does not wait for daemons.`;
  if (daemon.status !== 'done') return null;
  const join = joinsOf(pass).find(({ job }) => job === daemon.job);
  if (join === undefined) {
    // While Python ends, a daemon may come to its own end, too.
    const isFirst = others.every(({ endMs }) => (endMs ?? 0) >= (daemon.endMs ?? 0));
    return isFirst ? `${named} finished before ${left} did, so it was not cut off.` : null;
  }
  return join.waitedMs < NOISE_MS
    ? `${named} finished before main joined it.`
    : `${named} finished, because main waited ${inSeconds(join.waitedMs)} for it.`;
}

export default { tellsTrouble: true, headline, answer: () => null } satisfies Claim;
