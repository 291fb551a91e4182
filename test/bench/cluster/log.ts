/**
 * `npm run bench -- log`: how long `job-ended` takes from a job on a runner to a reader of a web server, through a
 * PostgreSQL that both share; for one run at a time, and for 30 at once. Beside it, in turn with it: an insert, a
 * notification and a select by bare clients on the same PostgreSQL. Nothing else should run meanwhile. Takes two minutes.
 */
import { follow, submit } from '../client.ts';
import { type Figure, pair, print, quantile } from '../figures.ts';
import { Floor } from './floor.ts';
import { Servers } from './servers.ts';

/** Rounds with one run, with their jobs, and with many runs. */
const ALONE = { rounds: 8, spec: { lesson: 'stamp', modes: ['sequential'], jobs: 40 } };
/** Each of its jobs sleeps for 0.4 s on average: together they have as many events a second as a class at work. */
const CLASS = {
  rounds: 3,
  runs: 30,
  spec: { lesson: 'pace', modes: ['sequential'], jobs: 30, minSeconds: 0.3, maxSeconds: 0.5 },
};
const FLOOR_MS = { alone: 20, class: 400 };
const TARGET = { p50: 8, p99: 40 };

/** Measures, and prints. Resolves with whether it is as fast as it should be. */
export async function logs(): Promise<boolean> {
  const servers = await Servers.start(1);
  const floor = await Floor.open(servers.databaseUrl);
  try {
    const url = servers.urls[0] ?? '';
    const [alone, aloneFloor]: [number[], number[]] = [[], []];
    await way(url, 1, ALONE.spec);
    for (let n = 0; n < ALONE.rounds; n++) {
      alone.push(...(await way(url, 1, ALONE.spec)).all);
      aloneFloor.push(...(await floor.times(1, ALONE.spec.jobs, FLOOR_MS.alone)));
    }
    const [all, steady, classFloor]: [number[], number[], number[]] = [[], [], []];
    for (let n = 0; n < CLASS.rounds; n++) {
      const found = await way(url, CLASS.runs, CLASS.spec);
      all.push(...found.all);
      steady.push(...found.steady);
      classFloor.push(...(await floor.times(CLASS.runs, CLASS.spec.jobs / 2, FLOOR_MS.class)));
    }
    const figures = [
      figure('one run at a time', alone, aloneFloor),
      figure(`${CLASS.runs} runs at once`, steady, classFloor),
      { ...figure(`the same while their processes start, too`, all, classFloor), target: '–', isMet: null },
    ];
    print(figures);
    return figures.every(({ isMet }) => isMet !== false);
  } finally {
    await floor.close();
    await servers.close();
  }
}

function figure(name: string, times: number[], floor: number[]): Figure {
  return {
    name: `job-ended to a reader of a web server, ${name}, ${times.length} jobs`,
    measured: pair(times),
    floor: `bare clients ${pair(floor)}`,
    target: `p50 ${TARGET.p50} p99 ${TARGET.p99} ms`,
    isMet: quantile(times, 0.5) <= TARGET.p50 && quantile(times, 0.99) <= TARGET.p99,
  };
}

/**
 * Starts runs at once, and returns how long each `job-ended` takes, in ms: of all jobs, and of those that ended while
 * all of the runs were under way.
 */
async function way(
  base: string,
  runs: number,
  spec: Record<string, unknown>,
): Promise<{ all: number[]; steady: number[] }> {
  const found: { at: number; took: number }[] = [];
  let [begunAt, endedAt] = [0, Number.POSITIVE_INFINITY];
  const one = async () => {
    let stamp = Number.NaN;
    await follow(await submit(base, spec), (event, arrivedAt) => {
      const said = typeof event.text === 'string' && /^stamp ([\d.]+)$/.exec(event.text)?.[1];
      if (said) stamp = Number(said);
      if (event.type === 'job-ended') found.push({ at: arrivedAt, took: arrivedAt - stamp });
      if (event.type === 'job-started' && event.job === 1) begunAt = Math.max(begunAt, arrivedAt);
      if (event.type === 'pass-ended') endedAt = Math.min(endedAt, arrivedAt);
    });
  };
  await Promise.all(Array.from({ length: runs }, one));
  const steady = found.filter(({ at }) => at > begunAt && at < endedAt);
  return { all: found.map(({ took }) => took), steady: steady.map(({ took }) => took) };
}
