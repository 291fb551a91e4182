/**
 * `npm run bench -- learners 2000 5`: what 2,000 learners are for PostgreSQL, for five minutes; one by default. All
 * press Run within ten seconds, read their run to its end, and press Run again after two minutes on average, `every=60`
 * after one. Web servers do all that they do at PostgreSQL's side; stand-ins for runners append what was recorded of a
 * real run at the beginning. `web=4 runners=8 slots=200` says how many there are, and how many runs each runner carries.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { BusyError } from '../../../server/runs/admission/places.ts';
import { quantile } from '../figures.ts';
import { record } from './recording.ts';
import { Counter, cpuOfPostgres, startDatabase } from './servers.ts';
import { note, type Person, type Stage, StandInRunner, StandInWeb } from './stand-ins.ts';
import { Times, watchStatements } from './statements.ts';

/** Within what time all press Run for the first time, and when somebody tries again who was refused, in ms. */
const PRESS_MS = 10_000;
const RETRY_MS = 5000;
/** Learners behind one address. */
const CLASS = 30;
/** Longest simulation, in minutes. */
const MOST_MINUTES = 10;
const LOOK_MS = 10_000;

/** Simulates, and prints what came of it. Resolves with whether nothing went wrong. */
export async function learners(words: readonly string[]): Promise<boolean> {
  const [count = 2000, minutes = 1] = words.filter((word) => /^[\d.]+$/.test(word)).map(Number);
  const given = (name: string, fallback: number) =>
    Number(words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1) ?? fallback);
  const everyMs = 1000 * given('every', 120);
  const [web, runners, slots] = [given('web', 4), given('runners', 8), given('slots', 200)];
  const { postgres, url } = await startDatabase();
  const times = new Times();
  const statements = new Times();
  const closing: (() => Promise<unknown>)[] = [() => postgres.close()];
  try {
    const recording = await record(await postgres.newDatabase());
    console.log(
      `A run: ${recording.parts.length} chunks, ${recording.events} events, ${recording.bytes} bytes, ${((recording.parts.at(-1)?.atMs ?? 0) / 1000).toFixed(1)} s.`,
      `${count} learners, ${web} web servers, ${runners} runners for ${slots} runs each.`,
    );
    const counter = await Counter.open(url);
    closing.push(() => counter.close());
    const stage: Stage = { url, recording, times, troubles: new Map(), appended: new Map() };
    const webs: StandInWeb[] = [];
    for (let n = 0; n < web; n++) webs.push(await StandInWeb.open(stage, 2 * count));
    const all: StandInRunner[] = [];
    for (let n = 0; n < runners; n++) all.push(await StandInRunner.open(stage, slots));
    const ended = { runs: 0, faulty: 0, refused: 0 };
    let isOver = false;
    const learn = async (index: number) => {
      const person: Person = { person: `person ${index}`, network: `10.0.0.${Math.floor(index / CLASS)}` };
      await pause(PRESS_MS * Math.random());
      for (let n = 0; !isOver; n++) {
        try {
          const events = await webs[(index + n) % web]?.run(person);
          if (isOver) return;
          ended.runs++;
          if (events !== recording.events) ended.faulty++;
          await pause(everyMs * (0.5 + Math.random()), null, { ref: false });
        } catch (error) {
          if (isOver) return;
          if (error instanceof BusyError) ended.refused++;
          else note(stage.troubles, error);
          await pause(RETRY_MS, null, { ref: false });
        }
      }
    };
    const unwatch = watchStatements(statements);
    const from = { counts: await counter.now(), pg: cpuOfPostgres(postgres), own: process.cpuUsage() };
    const lag = monitorEventLoopDelay({ resolution: 5 });
    lag.enable();
    const began = performance.now();
    for (let index = 0; index < count; index++) void learn(index);
    const seconds = () => (performance.now() - began) / 1000;
    let last = { cpu: from.pg, at: 0, submits: 0, ways: 0 };
    while (seconds() < 60 * Math.min(minutes, MOST_MINUTES)) {
      await pause(LOOK_MS);
      const now = { cpu: cpuOfPostgres(postgres), at: seconds() };
      const [submits, ways] = [times.of('submit'), times.of('append to reader')];
      const recent = (all: number[], since: number) =>
        [0.5, 0.99].map((share) => quantile(all.slice(since), share).toFixed(0)).join('/');
      console.log(
        `${now.at.toFixed(0).padStart(4)} s: ${await counter.waiting()} wait, ${all.reduce((sum, { active }) => sum + active, 0)} under way, ${ended.runs} ended, ${ended.refused} refused; submit ${recent(submits, last.submits)} ms, append to reader ${recent(ways, last.ways)} ms; PostgreSQL ${((now.cpu - last.cpu) / (now.at - last.at)).toFixed(2)} cores`,
      );
      last = { ...now, submits: submits.length, ways: ways.length };
    }
    isOver = true;
    unwatch();
    const took = seconds();
    const to = { counts: await counter.now(), pg: cpuOfPostgres(postgres), own: process.cpuUsage(from.own) };
    const each = (key: keyof typeof to.counts) => to.counts[key] - from.counts[key];
    const begun = times.of('begin').length;
    console.log(`${Times.HEADER}\n${times.lines().join('\n')}\n${statements.lines(25).join('\n')}`);
    console.log(
      `PostgreSQL ${((to.pg - from.pg) / took).toFixed(2)} cores, this process ${((to.own.user + to.own.system) / 1e6 / took).toFixed(2)}, its loop late by p50 ${(lag.percentile(50) / 1e6).toFixed(1)} ms, p99 ${(lag.percentile(99) / 1e6).toFixed(1)} ms`,
    );
    console.log(
      `A second: ${(begun / took).toFixed(1)} runs, ${(each('statements') / took).toFixed()} statements, ${(each('notices') / took).toFixed()} notifications, ${(each('wal') / took / 1e6).toFixed(2)} MB of WAL`,
    );
    console.log(
      `A run: ${(each('statements') / begun).toFixed()} statements, ${(each('wal') / begun / 1000).toFixed()} kB of WAL, ${(each('size') / begun / 1000).toFixed()} kB kept; the database has ${(to.counts.size / 1e6).toFixed()} MB`,
    );
    console.log(`Runs with events lost or doubled: ${ended.faulty}. Troubles:`, stage.troubles);
    closing.push(() => Promise.all([...all, ...webs].map((one) => one.close())));
    return ended.faulty === 0 && stage.troubles.size === 0;
  } finally {
    const late = pause(10_000, null, { ref: false });
    for (const close of closing.toReversed()) await Promise.race([close().catch(() => {}), late]);
  }
}
