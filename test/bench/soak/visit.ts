/** A visit: somebody starts a run or a family, others read it, something happens to it, and its pages are looked at. */
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../../../server/protocol/events.ts';
import { MODES } from '../../../server/spec/modes.ts';
import { isPython, JAVASCRIPT, type Runtime } from '../../../server/spec/runtimes.ts';
import { wrongInLog } from '../../attack/facts.ts';
import { alive } from '../../contract/processes.ts';
import { type Answer, Browser } from './browser.ts';
import { between, type Draw, pick } from './draw.ts';
import { play } from './game.ts';
import { teach } from './lesson.ts';
import { type Read, read } from './readers.ts';
import {
  ACTS,
  DEEDS,
  LATEST_MS,
  MOST_READERS,
  PAGES,
  PYTHON_PAGES,
  RUN_PAGES,
  SCRIPT,
  SCRIPT_PAGES,
  SEARCH_PAGES,
  WAYS,
  WORK,
  type Work,
} from './workload.ts';

const LESSONS = fileURLToPath(new URL('../../../server/lessons', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const ALL_LESSONS = fs.readdirSync(LESSONS).filter((name) => !name.includes('.'));
const sourceOf = (folder: string, name: string, language = 'ts') =>
  fs.readFileSync(path.join(folder, name, `program.${language}`), 'utf8');

/** Longest that anything may take, the end of a run or a family included, in ms: then it counts as one without end. */
const LONGEST_MS = 120_000;
/** How long a process may be seen after the end of its run, in ms. */
const GONE_MS = 5000;
/** Pause before the state of a family is asked for again, in ms. */
const LOOK_MS = 500;
/** How often a visitor begins a request that it does not end, and how often it uses the form. */
const BREAKS_OFF = 0.1;
const WITH_FORM = 0.3;
const STAYS = { name: 'stays', weight: 1 };

/** The server as a visitor sees it. */
export type Visited = {
  url: string;
  /** The address that the visitor comes from. */
  address: string;
  /** Runtimes that run programs which somebody wrote; none if only lessons run. */
  runtimes: readonly Runtime[];
  /** Connections that are left open. */
  held: http.ClientRequest[];
};

/** What came of a visit: what was done, what is wrong, and how much was run and read. */
export type Visit = { what: string; wrong: string[]; runs: number; events: number };

/** The addresses of a run, or of a family with its first run. */
type Started = { url: string; runs?: string[]; cancel: string; delete: string };

/** Makes a visit, as drawn. Never rejects. */
export async function visit(server: Visited, draw: Draw, number: string): Promise<Visit> {
  const signal = AbortSignal.timeout(LONGEST_MS);
  const deed = server.runtimes.length > 0 ? pick(draw, DEEDS).name : 'runs';
  const work = pick(
    draw,
    WORK.filter(({ program, needs }) =>
      needs ? server.runtimes.includes(needs) : program === 'lesson' || server.runtimes.length > 0,
    ),
  );
  const act = pick(draw, ACTS).name;
  const spec = specOf(work, server.runtimes, draw, number);
  const what = deed === 'runs' ? `${work.name}, ${act}` : deed;
  const found: Visit = { what, wrong: [], runs: 0, events: 0 };
  const visitor = new Visitor(server, draw, signal, found);
  try {
    if (deed === 'runs') await visitor.come(work, spec, act);
    else if (deed === 'plays') await visitor.play();
    else await visitor.teach();
  } catch (error) {
    found.wrong.push(signal.aborted ? `It has no end: ${deed} ${JSON.stringify(spec)}` : String(error));
  }
  return found;
}

/** Returns the fields of a run. */
function specOf(
  work: Work,
  runtimes: readonly Runtime[],
  draw: Draw,
  number: string,
): Record<string, unknown> {
  const name = pick(draw, work.of ?? ALL_LESSONS);
  const modes = MODES.filter(() => draw() < 0.5);
  const seed = between(draw, 0, 1e9);
  const isLesson = work.program === 'lesson';
  const runtime = pick(draw, isLesson ? JAVASCRIPT : runtimes);
  const javaScript = isPython(runtime) ? pick(draw, JAVASCRIPT) : runtime;
  // Some lessons have many runs, if nothing else is given.
  const drawn = { repeat: 1, modes: modes.length > 0 ? modes : MODES, runtime, seed, ...work.spec };
  switch (work.program) {
    case 'lesson':
      return { ...drawn, lesson: name };
    case 'edited':
      return isPython(runtime)
        ? { ...drawn, lesson: name, code: `${sourceOf(LESSONS, name, 'py')}# Edit ${number}\n` }
        : { ...drawn, lesson: name, code: `${sourceOf(LESSONS, name)}// Edit ${number}\n` };
    case 'fixture':
      return { ...drawn, runtime: javaScript, code: sourceOf(FIXTURES, name) };
    case 'script':
      return { ...drawn, modes: ['processes'], runtime: 'python', code: `${SCRIPT}# Edit ${number}\n` };
    case 'broken':
      return { ...drawn, runtime: javaScript, code: `export function job( { // Edit ${number}\n` };
  }
}

class Visitor {
  #server: Visited;
  #draw: Draw;
  #signal: AbortSignal;
  #found: Visit;
  #browser: Browser;

  constructor(server: Visited, draw: Draw, signal: AbortSignal, found: Visit) {
    this.#server = server;
    this.#draw = draw;
    this.#signal = signal;
    this.#found = found;
    this.#browser = new Browser(server, signal);
  }

  /** Is the scheduler of a program, and reads the run as which the game was saved. */
  async play(): Promise<void> {
    const run = await play(this.#browser, this.#draw);
    if (run !== null) await this.#check(run, [], []);
  }

  /** Holds a lesson, and reads its runs. */
  async teach(): Promise<void> {
    const runs = await teach(() => new Browser(this.#server, this.#signal), this.#draw);
    for (const run of runs) await this.#check(run, [], []);
  }

  async come(work: Work, spec: Record<string, unknown>, act: string): Promise<void> {
    if (this.#draw() < BREAKS_OFF) breakOff(this.#server);
    await this.#browser.get(pick(this.#draw, PAGES));
    // A type checker that was killed is not there for a moment.
    if (typeof spec.code === 'string')
      await this.#browser.send('/hints', { code: spec.code }, [200, 429, 503]);
    const started = await this.#start(spec, work.program === 'broken');
    if (started === null) return;
    const isFamily = started.runs !== undefined;
    const acting = this.#act(act, started, between(this.#draw, 0, LATEST_MS));
    const [first = ''] = started.runs ?? [started.url];
    const ways = Array.from({ length: between(this.#draw, 1, MOST_READERS) }, () => pick(this.#draw, WAYS));
    const { url, held } = this.#server;
    const reading = ways.map((way) => read(`${url}${first}/events`, way, held, this.#signal));
    const [reads] = await Promise.all([Promise.all(reading), acting]);
    if (act === 'deletes') {
      this.#found.runs++;
      for (const { events } of reads) this.#found.wrong.push(...wrongInStart(events));
      await this.#browser.get(`${started.url}.json`, 404);
      await this.#browser.get(`${first}/events`, 404);
      return;
    }
    const names = ways.map(({ name }) => name);
    for (const run of isFamily ? await this.#family(started) : [first])
      await this.#check(run, run === first ? reads : [], names);
  }

  /** Submits a run or a family: as a program does, or with the form in a browser. Returns null if there is no room. */
  async #start(spec: Record<string, unknown>, isBroken: boolean): Promise<Started | null> {
    const statuses = [...(isBroken ? [] : [200, 201]), 422, 429, 503];
    const check = ({ status, text }: Answer) => {
      const isLost = text.includes('its process ended'); // It was killed, twice.
      if (status === 422 && !isBroken && !isLost) this.#found.wrong.push(text);
    };
    if (isBroken || spec.sweep || spec.explore || spec.repeat !== 1 || this.#draw() > WITH_FORM) {
      const answer = await this.#browser.send('/api/runs', spec, statuses);
      check(answer);
      return answer.status === 201 ? JSON.parse(answer.text) : null;
    }
    const answer = await this.#browser.submit('/runs', spec, statuses, { 'HX-Request': 'true' });
    check(answer);
    if (answer.status !== 200) return null;
    const url = answer.headers.get('hx-push-url') ?? '';
    return { url, cancel: `${url}/cancel`, delete: `${url}/delete` };
  }

  /** Does to a run, or to a family, what its owner wants, after a while. */
  async #act(act: string, started: Started, afterMs: number): Promise<void> {
    if (act === 'waits') return;
    await pause(afterMs, null, { signal: this.#signal });
    await this.#browser.send(act === 'deletes' ? started.delete : started.cancel, {}, [204]);
  }

  /** Waits for the end of a family. Returns the addresses of its runs. */
  async #family({ url }: Started): Promise<string[]> {
    for (;;) {
      const { status, runs } = JSON.parse((await this.#browser.get(`${url}.json`)).text);
      await this.#browser.get(url);
      if (status !== null) return runs.map(({ url }: { url: string }) => url);
      await pause(LOOK_MS, null, { signal: this.#signal });
    }
  }

  /** Compares the log of a run that has ended with what its readers got, and looks at one of its pages. */
  async #check(run: string, reads: readonly Read[], ways: readonly string[]): Promise<void> {
    const late = await read(`${this.#server.url}${run}/events`, STAYS, [], this.#signal);
    const log = (await this.#browser.get(`${run}.ndjson`)).text.split('\n').slice(0, -1);
    const events = log.map((line): RunEvent => JSON.parse(line));
    const { wrong } = this.#found;
    this.#found.runs++;
    this.#found.events += events.length;
    wrong.push(...wrongInLog(events, LONGEST_MS));
    for (const [at, one] of [...reads, late].entries()) {
      const who = `A reader (${ways[at] ?? 'late'}) of ${run}`;
      if (one.how === 'lost') wrong.push(`${who} lost its connection.`);
      const due = one.how === 'whole' ? log.length : one.events.length;
      if (one.events.join('\n') !== log.slice(0, due).join('\n'))
        wrong.push(`${who} has other events: ${one.events.length} of ${log.length}.`);
    }
    const { spec } = JSON.parse((await this.#browser.get(`${run}.json`)).text);
    const isInPython = isPython(spec.runtime);
    // Those of an order are made up, and what a script forks in a jail has numbers of the jail.
    const isSeen = (kind: string) => !spec.schedule && (kind === 'main' || !isInPython);
    const pids = events.flatMap((event) =>
      event.type === 'lane-started' && isSeen(event.kind) && event.pid ? [event.pid] : [],
    );
    const left = await this.#left([...new Set(pids)]);
    if (left.length > 0) wrong.push(`Processes of ${run} are left: ${left.join(', ')}.`);
    const more = spec.explore ? SEARCH_PAGES : isInPython ? PYTHON_PAGES : SCRIPT_PAGES;
    await this.#browser.get(run + pick(this.#draw, [...RUN_PAGES, ...more]));
  }

  /** Returns those of `pids` that do not end soon: the system may still be removing what the server saw end. */
  async #left(pids: number[]): Promise<number[]> {
    const until = performance.now() + GONE_MS;
    while (alive(pids).length > 0 && performance.now() < until)
      await pause(GONE_MS / 100, null, { signal: this.#signal });
    return alive(pids);
  }
}

/** Says what is wrong in the events that the reader of a run got which has been deleted since. */
function wrongInStart(lines: readonly string[]): string[] {
  const events = lines.map((line): RunEvent => JSON.parse(line));
  const isInOrder = events.every(({ seq }, at) => seq === at + 1);
  return isInOrder
    ? []
    : [`The reader of a deleted run lost events: ${events.map(({ seq }) => seq).join(' ')}.`];
}

/** Begins a request, and never ends it. */
function breakOff({ url, held }: Visited): void {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': 1000 };
  const request = http.request(`${url}/api/runs`, { method: 'POST', agent: false, headers });
  request.on('error', () => {});
  request.write('{');
  held.push(request);
}
