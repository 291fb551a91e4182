/** Jobs whose lane cannot be opened: they never begin, the pass fails and says why, and so does all that is derived. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { summarize } from '../../../server/figures/summary.ts';
import type { Listener } from '../../../server/launch/child.ts';
import { Guard } from '../../../server/launch/guard.ts';
import { launch } from '../../../server/launch/launch.ts';
import type { Place } from '../../../server/launch/place.ts';
import { Ready } from '../../../server/launch/ready.ts';
import { type Command, command } from '../../../server/launch/runtimes.ts';
import type { RunEvent } from '../../../server/protocol/events.ts';
import { RunLog } from '../../../server/runs/log/run-log.ts';
import { runPass } from '../../../server/runs/pass/run-pass.ts';
import type { Mode } from '../../../server/spec/modes.ts';
import type { Runtime } from '../../../server/spec/runtimes.ts';
import type { RunTimeline } from '../../../server/timeline/model.ts';
import { sentence } from '../../../server/words/sentence.ts';
import { problems } from '../../../views/run/problems.ts';
import { prepared } from '../../prepared.ts';
import { timelineOf } from '../../timeline/made-events.ts';
import { UNBOUNDED } from './unbounded.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'never-began-'));
const guard = new Guard();
let entry: string;
let program: string;
/** A process that boots and never says so. */
const mute = path.join(folder, 'mute.mjs');

beforeAll(async () => {
  const built = await prepared().build(folder);
  entry = built.entry;
  program = built.programs.get('one-by-one') ?? '';
  fs.writeFileSync(mute, 'setInterval(() => {}, 1e6);');
});
afterAll(async () => {
  await guard.close();
  fs.rmSync(folder, { recursive: true });
});

type Change = (usual: Command) => Command;

/** Starts main's process or those of lanes with another command than usual. */
class Starting extends Ready {
  #main: Change | undefined;
  #lane: Change;

  constructor({ main, lane = (usual) => usual }: { main?: Change; lane?: Change }, bootMs = 10_000) {
    super(entry, guard, 0, { bootMs });
    this.#main = main;
    this.#lane = lane;
  }

  override take(...taken: Parameters<Ready['take']>) {
    // The usual one may take its time on a busy machine.
    return this.#main ? super.take(...taken) : new Ready(entry, guard, 0).take(...taken);
  }

  override launch(_runtime: Runtime, _place: Place | null, listener: Listener) {
    return launch((this.#main ?? this.#lane)(command('node', entry)), guard, listener);
  }
}

/** Few files: enough for a process, not for many threads. */
const fewFiles = ({ file, args }: Command): Command => ({
  file: '/bin/sh',
  args: ['-c', 'ulimit -n 48; exec "$0" "$@"', file, ...args],
});
const missing = (): Command => ({ file: `${folder}/missing`, args: [] });
const muted = ({ file }: Command): Command => ({ file, args: [mute] });
const dying = ({ file }: Command): Command => ({ file, args: ['-e', 'process.exit(3)'] });

/** Runs `jobs` jobs one by one, and then in `mode` with processes that `ready` starts. */
async function run(mode: Mode, jobs: number, ready: Ready, workers: number | null = null) {
  const log = new RunLog({ save: () => {}, maxEvents: 100_000 });
  const settings = { jobs, minSeconds: 0, maxSeconds: 0.01, work: 'wait', seed: 7 } as const;
  const limits = { maxLanes: workers, reuse: workers !== null, logBytes: 1000, blocksPerSecond: 1 };
  const kind = { runtime: 'node', isSandboxed: false } as const;
  const plan = { ...UNBOUNDED, kind, program: { address: program } };
  const signal = new AbortController().signal;
  const usual = new Ready(entry, guard, 0);
  log.append({ type: 'run-started' }, null, 0);
  for (const [pass, one] of (['sequential', mode] as const).entries()) {
    const given = { ...plan, pass, settings: { mode: one, ...settings, ...limits } };
    await runPass(given, pass === 0 ? usual : ready, log, signal);
  }
  log.append({ type: 'run-ended', status: 'failed', error: null }, null, 0);
  await log.flush();
  const events: RunEvent[] = log.after(0).map((line) => JSON.parse(line));
  return { events, timeline: timelineOf(events) };
}

/** The texts of the console about jobs that never began. */
function told({ lines }: RunTimeline): string[] {
  return lines.filter(({ text }) => text.includes('never began')).map(({ text }) => text);
}

describe('jobs that never begin', () => {
  it.each([
    ['threads beyond the limit on files', 'threads', 24, { main: fewFiles }, null, /^too many open files/],
    ['a pool beyond the limit on files', 'threads', 24, { main: fewFiles }, 20, /^too many open files/],
    ['processes that cannot be launched', 'processes', 3, { lane: missing }, null, /could not be started/],
    [
      'processes that never say they are ready',
      'processes',
      3,
      { lane: muted },
      null,
      /did not start within 2 s/,
    ],
    ['processes that die half-born', 'processes', 3, { lane: dying }, null, /exited with code 3/],
  ] as const)(
    '%s: jobs are counted, the pass fails and says why',
    async (_what, mode, jobs, commands, workers, why) => {
      const bootMs = 'lane' in commands && commands.lane === muted ? 2000 : 10_000;
      const { events, timeline } = await run(mode, jobs, new Starting(commands, bootMs), workers);
      const [oneByOne, summary] = summarize(timeline);
      expect(oneByOne).toMatchObject({ status: 'completed', done: jobs, neverBegan: 0 });
      expect(summary).toMatchObject({ status: 'failed', speedUp: null, failed: 0, cutOff: 0 });
      const { neverBegan = 0, done = 0, lanes, error = '' } = summary ?? {};
      expect(neverBegan).toBeGreaterThan(0);
      expect(done + neverBegan).toBe(jobs);
      if (workers === null) expect(lanes).toBe(done + 1);

      // Each says so in the console; the pass and the headline say how many, and which limit.
      expect(told(timeline)).toHaveLength(neverBegan);
      const [, reason = ''] = /never began: (.*)\.$/.exec(error ?? '') ?? [];
      expect(reason).toMatch(why);
      expect(told(timeline)[0]).toContain(reason);
      expect(sentence(timeline)).toContain(`${neverBegan} jobs never began: ${reason}.`);
      expect(problems(timeline).join('\n')).toContain(reason);

      // Each lane has a row that ends with a cross.
      const failed = timeline.passes[1]?.rows.filter(({ bars }) => bars.at(-1)?.end === 'failed');
      expect(failed).toHaveLength(neverBegan);
      expect(events.filter(({ type }) => type === 'lane-started')).toHaveLength(
        events.filter(({ type }) => type === 'lane-ended').length,
      );
    },
  );

  it('a program process that cannot be started fails its pass, which says why', async () => {
    const { timeline } = await run('threads', 2, new Starting({ main: missing }));
    expect(summarize(timeline)[1]).toMatchObject({ mode: 'threads', status: 'failed', wallMs: 0 });
    expect(sentence(timeline)).toBe('Threads failed: The program’s process could not be started.');
  });

  it('a program process that never says it is ready fails its pass', async () => {
    const { timeline } = await run('threads', 2, new Starting({ main: muted }, 200));
    expect(timeline.passes[1]?.ended?.error).toBe('The program’s process could not be started.');
  });
});
