/**
 * `npm run bench -- class`: a class of 30 enters a room, opens its first lesson and presses Run within ten seconds, on a
 * server with two cores and the memory of a laptop. Beside each figure is what one learner alone sees on the same
 * server, or what a bare server takes for the same bytes. `class 30 100` has two classes, one after the other;
 * `class deno` has the server on Deno; `memory=12288` gives it more MiB, and `seed=7` draws as a class did that printed
 * `seed=7`. Nothing else should run meanwhile.
 */
import fs from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { uniform } from '../../../server/spec/random.ts';
import { JAVASCRIPT, type JavaScript } from '../../../server/spec/runtimes.ts';
import { settled } from '../client.ts';
import { print } from '../figures.ts';
import type { Draw } from '../soak/draw.ts';
import { Soaked, scriptOn, serverOn } from '../soak/server.ts';
import { Browser, type Imports, textOf } from './browser.ts';
import { compare } from './follow.ts';
import { type Idle, idleLearner, idleReader } from './idle.ts';
import { Learner, type Seen } from './learner.ts';
import { cpuSecondsOf, MemoryWatch, sizesOf } from './memory.ts';
import { type ClassFound, figuresOf } from './report.ts';
import { WallScreen } from './wall.ts';

const FLOOR = fileURLToPath(new URL('floor.ts', import.meta.url));
const PROGRAM = fileURLToPath(new URL('../../../server/lessons/one-by-one/program.ts', import.meta.url));

/** What a laptop of 4 GiB promises by default. */
const MEMORY_MIB = 2048;
const CORES = 2;
/** How far apart learners enter, and within what time all press Run, in ms. */
const ENTER_MS = 150;
const PRESS_MS = 10_000;
const WALLS = 3;
const NEIGHBOURS = 2;
const RECONNECTS = 2;
/** How often the learner who is alone loads the room's page. */
const RELOADS = 20;
/** Longest class, in ms. */
const LONGEST_MS = 300_000;

/** Has classes, and prints what came of them. Resolves with whether all is as it should be. */
export async function classes(words: readonly string[]): Promise<boolean> {
  const sizes = words.filter((word) => /^\d+$/.test(word)).map(Number);
  const given = (name: string) => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const runtime = JAVASCRIPT.find((one) => words.includes(one)) ?? 'node';
  const memory = Number(given('memory') ?? MEMORY_MIB);
  const seed = Number(given('seed') ?? Math.floor(Math.random() * 1e6));
  let isWell = true;
  for (const size of sizes.length > 0 ? sizes : [30]) {
    console.log(
      `A class on ${runtime}: npm run bench -- class ${size} ${runtime} memory=${memory} seed=${seed}`,
    );
    isWell = (await oneClass(size, runtime, memory, uniform(seed, size))) && isWell;
  }
  return isWell;
}

async function oneClass(size: number, runtime: JavaScript, memory: number, draw: Draw): Promise<boolean> {
  const settings = { CORES: String(CORES), MEMORY_MIB: String(memory) };
  const [server, floor] = [new Soaked(serverOn(runtime), settings), new Soaked(scriptOn(runtime, FLOOR), {})];
  const ending = Promise.withResolvers<never>();
  const timer = setTimeout(() => ending.reject(new Error('The class takes too long.')), LONGEST_MS);
  const onSignal = () => ending.reject(new Error('The class was ended.'));
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const school = new School(server, floor, draw);
  try {
    const figures = figuresOf(await Promise.race([school.hold(size), ending.promise]), runtime);
    print(figures);
    school.close();
    const how = await server.end();
    if (how !== '0' || server.stderr.length > 0)
      console.log(`The server ended with ${how}.`, ...server.stderr);
    return how === '0' && figures.every(({ isMet }) => isMet !== false);
  } catch (error) {
    console.error(error);
    for (const line of server.stderr.slice(-20)) console.error(line);
    return false;
  } finally {
    clearTimeout(timer);
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    school.close();
    await Promise.all([server.destroy(), floor.destroy()]);
  }
}

class School {
  #server: Soaked;
  #floor: Soaked;
  #draw: Draw;
  #url = '';
  #floorUrl = '';
  #code = fs.readFileSync(PROGRAM, 'utf8');
  #imports: Imports = new Map();
  #given = new Set<string>();
  #browsers: Browser[] = [];
  #learners: Learner[] = [];

  constructor(server: Soaked, floor: Soaked, draw: Draw) {
    this.#server = server;
    this.#floor = floor;
    this.#draw = draw;
  }

  /** Measures one learner alone, learners who do nothing, and a class. */
  async hold(size: number): Promise<ClassFound> {
    [this.#url, this.#floorUrl] = await Promise.all([this.#server.url(), this.#floor.url()]);
    const { code, wall } = await this.#openRoom();
    await settled(this.#url);
    const alone = await this.#alone(code);
    const idle = await this.#idle();
    const memory = new MemoryWatch(this.#server.pid);
    const [cpu, ownCpu, began] = [cpuSecondsOf(this.#server.pid), process.cpuUsage(), performance.now()];
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const walls = Array.from({ length: WALLS }, () => new WallScreen());
    await Promise.all(walls.map((one) => one.show(this.#browser(), wall)));
    const learners = await this.#class(code, size);
    delay.disable();
    const [cpuAfter, used] = [cpuSecondsOf(this.#server.pid), process.cpuUsage(ownCpu)];
    const seconds = (performance.now() - began) / 1000;
    const peaks = await memory.stop();
    const { logs, ...checked } = await this.#check(learners);
    return {
      size,
      alone,
      learners,
      idle,
      peaks,
      checked,
      floorRssBytes: sizesOf(this.#floor.pid).rssBytes,
      seconds,
      cpuSeconds: {
        server: cpuAfter.own - cpu.own,
        below: cpuAfter.below - cpu.below,
        bench: (used.user + used.system) / 1e6,
      },
      benchDelayMs: delay.percentile(99) / 1e6,
      wall: { perSecond: walls.map(({ perSecond }) => perSecond), logBytes: logs },
    };
  }

  close(): void {
    for (const learner of this.#learners) learner.leave();
    for (const browser of this.#browsers) browser.close();
  }

  /** Opens a room about the first lesson. Returns its code, and the address of its wall. */
  async #openRoom(): Promise<{ code: string; wall: string }> {
    const teacher = this.#browser();
    const page = textOf(await teacher.submit('/rooms', { lesson: 'one-by-one' }));
    const wall = /\/rooms\/([A-Z]{4})\/wall\?key=[\w-]+/.exec(page);
    if (!wall) throw new Error('The teacher’s page has no wall.');
    return { code: wall[1] ?? '', wall: wall[0] };
  }

  async #alone(code: string): Promise<Learner> {
    const learner = this.#learner(code);
    await learner.enter('Alone');
    const running = learner.run(this.#code, () => {});
    for (let times = 0; times < RELOADS; times++) await learner.reload();
    await running;
    await learner.visit(learner.seen[0]?.run ?? '');
    return learner;
  }

  async #idle(): Promise<{ learner: Idle; floor: Idle }> {
    const { code } = await this.#openRoom();
    const learner = await idleLearner(this.#server, this.#url, code, this.#imports);
    const floor = await idleReader(this.#floor, this.#floorUrl);
    return { learner, floor };
  }

  /** Resolves when all runs have ended, and everyone has seen what they look at to its end. */
  async #class(code: string, size: number): Promise<Learner[]> {
    const learners = Array.from({ length: size }, () => this.#learner(code));
    const within = (ms: number) => pause(this.#draw() * ms);
    await Promise.all(
      learners.map(async (learner, i) => {
        await within(size * ENTER_MS);
        await learner.enter(`Learner ${i + 1}`);
      }),
    );
    const runs: string[] = [];
    const neighbours = Math.min(NEIGHBOURS, size - 1);
    const press = async (learner: Learner) => {
      const looking: Promise<void>[] = [];
      const looked = new Set<string>();
      const lose = async ({ followed }: Seen) => {
        for (let times = 0; times < RECONNECTS; times++) {
          await within(PRESS_MS);
          followed.lose();
        }
      };
      const look = async ({ run }: Seen) => {
        looked.add(run);
        await within(PRESS_MS);
        let others = runs.filter((one) => !looked.has(one));
        for (; others.length === 0; others = runs.filter((one) => !looked.has(one))) await pause(100);
        const other = others[Math.floor(this.#draw() * others.length)] ?? '';
        looked.add(other);
        await learner.visit(other);
      };
      await within(PRESS_MS);
      await learner.run(this.#code, (seen) => {
        runs.push(seen.run);
        looking.push(lose(seen), ...Array.from({ length: neighbours }, () => look(seen)));
      });
      await Promise.all(looking);
    };
    await Promise.all(learners.map(press));
    return learners;
  }

  /** Compares what everyone got with the logs. */
  async #check(learners: Learner[]) {
    const reader = this.#browser();
    const found = { streams: 0, events: 0, lost: 0, doubled: 0, failed: 0, logs: 0 };
    const logs = new Map<string, string[]>();
    for (const { run, followed } of learners.flatMap(({ seen }) => seen)) {
      const log =
        logs.get(run) ??
        textOf(await reader.get(`${run}.ndjson`))
          .split('\n')
          .slice(0, -1);
      if (!logs.has(run)) {
        if (!log.at(-1)?.includes('"completed"')) found.failed++;
        found.logs += log.reduce((sum, line) => sum + line.length, 0);
        logs.set(run, log);
      }
      const { lost, doubled } = compare(followed.events, log);
      found.streams++;
      found.events += followed.events.length;
      found.lost += lost;
      found.doubled += doubled;
    }
    return found;
  }

  #browser(base = this.#url): Browser {
    const browser = new Browser(base, this.#imports);
    this.#browsers.push(browser);
    return browser;
  }

  #learner(code: string): Learner {
    const learner = new Learner(this.#browser(), this.#browser(this.#floorUrl), code, this.#given);
    this.#learners.push(learner);
    return learner;
  }
}
