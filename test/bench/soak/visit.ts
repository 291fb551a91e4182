/** A visit: somebody starts a run or a family, others read it, something happens to it, and its pages are looked at. */
import fs from 'node:fs';
import type http from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../../../server/protocol/events.ts';
import { MODES } from '../../../server/spec/modes.ts';
import { RUNTIMES, type Runtime } from '../../../server/spec/runtimes.ts';
import { wrongInLog } from '../../attack/facts.ts';
import { alive } from '../../contract/processes.ts';
import { between, type Draw, pick } from './draw.ts';
import { type Read, read } from './readers.ts';
import { ACTS, LATEST_MS, MOST_READERS, PAGES, RUN_PAGES, WAYS, WORK, type Work } from './workload.ts';

const LESSONS = fileURLToPath(new URL('../../../server/lessons', import.meta.url));
const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));
const ALL_LESSONS = fs.readdirSync(LESSONS).filter((name) => !name.includes('.'));
const sourceOf = (folder: string, name: string) =>
  fs.readFileSync(path.join(folder, name, 'program.ts'), 'utf8');

/** Longest that anything may take, the end of a run or a family included, in ms: then it counts as one without end. */
const LONGEST_MS = 120_000;
/** How long a process may be seen after the end of its run, in ms. */
const GONE_MS = 5000;
/** Pause before the state of a family is asked for again, in ms. */
const LOOK_MS = 500;
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

type Started = { id: string; url: string; events?: string; runs?: string[]; cancel: string; delete: string };

/** Makes a visit, as drawn. Never rejects. */
export async function visit(server: Visited, draw: Draw, number: string): Promise<Visit> {
  const signal = AbortSignal.timeout(LONGEST_MS);
  const work = pick(
    draw,
    WORK.filter(({ program }) => program === 'lesson' || server.runtimes.length > 0),
  );
  const act = pick(draw, ACTS).name;
  const spec = specOf(work, server.runtimes, draw, number);
  const found: Visit = { what: `${work.name}, ${act}`, wrong: [], runs: 0, events: 0 };
  try {
    await new Visitor(server, draw, signal, found).come(work, spec, act);
  } catch (error) {
    found.wrong.push(signal.aborted ? `It has no end: ${JSON.stringify(spec)}` : String(error));
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
  const runtime = pick(draw, isLesson ? RUNTIMES : runtimes);
  // Some lessons have many runs, if nothing else is given.
  const drawn = { repeat: 1, modes: modes.length > 0 ? modes : MODES, runtime, seed, ...work.spec };
  switch (work.program) {
    case 'lesson':
      return { ...drawn, lesson: name };
    case 'edited':
      return { ...drawn, lesson: name, code: `${sourceOf(LESSONS, name)}// Edit ${number}\n` };
    case 'fixture':
      return { ...drawn, code: sourceOf(FIXTURES, name) };
    case 'broken':
      return { ...drawn, code: `export function job( { // Edit ${number}\n` };
  }
}

class Visitor {
  #server: Visited;
  #draw: Draw;
  #signal: AbortSignal;
  #found: Visit;

  constructor(server: Visited, draw: Draw, signal: AbortSignal, found: Visit) {
    this.#server = server;
    this.#draw = draw;
    this.#signal = signal;
    this.#found = found;
  }

  async come(work: Work, spec: Record<string, unknown>, act: string): Promise<void> {
    await this.#get(pick(this.#draw, PAGES), 200);
    if (typeof spec.code === 'string') await this.#send('/hints', { code: spec.code }, [200, 429]);
    const posted = await this.#send('/api/runs', spec, work.program === 'broken' ? [422] : [201, 429, 503]);
    if (posted.status !== 201) return;
    const started: Started = await posted.json();
    const isFamily = started.runs !== undefined;
    const acting = this.#act(act, started, between(this.#draw, 0, LATEST_MS));
    const events = started.events ?? `${started.runs?.[0]}/events`;
    const ways = Array.from({ length: between(this.#draw, 1, MOST_READERS) }, () => pick(this.#draw, WAYS));
    const reading = ways.map((way) => read(this.#server.url + events, way, this.#server.held, this.#signal));
    const [reads] = await Promise.all([Promise.all(reading), acting]);
    const runs =
      isFamily && act !== 'deletes' ? await this.#family(started) : [events.replace(/\/events$/, '')];
    this.#found.runs += runs.length;
    if (act === 'deletes') await this.#get(`${started.url}${isFamily ? '.json' : '/events'}`, 404);
    else
      for (const [at, run] of runs.entries())
        await this.#check(
          run,
          at === 0 ? reads : [],
          ways.map(({ name }) => name),
        );
  }

  /** Does to a run, or to a family, what its owner wants, after a while. */
  async #act(act: string, started: Started, afterMs: number): Promise<void> {
    if (act === 'waits') return;
    await pause(afterMs, null, { signal: this.#signal });
    await this.#send(act === 'deletes' ? started.delete : started.cancel, {}, [204]);
  }

  /** Waits for the end of a family. Returns the addresses of its runs. */
  async #family({ url }: Started): Promise<string[]> {
    for (;;) {
      const { status, runs } = await (await this.#get(`${url}.json`, 200)).json();
      await this.#get(url, 200);
      if (status !== null) return runs.map(({ url }: { url: string }) => url);
      await pause(LOOK_MS, null, { signal: this.#signal });
    }
  }

  /** Compares the log of a run that has ended with what its readers got, and looks at one of its pages. */
  async #check(run: string, reads: readonly Read[], ways: readonly string[]): Promise<void> {
    const late = await read(`${this.#server.url}${run}/events`, STAYS, [], this.#signal);
    const log = (await (await this.#get(`${run}.ndjson`, 200)).text()).split('\n').slice(0, -1);
    const events = log.map((line): RunEvent => JSON.parse(line));
    this.#found.events += events.length;
    const { wrong } = this.#found;
    wrong.push(...wrongInLog(events, LONGEST_MS));
    for (const [at, one] of [...reads, late].entries()) {
      const who = `A reader (${ways[at] ?? 'late'}) of ${run}`;
      if (one.how === 'lost') wrong.push(`${who} lost its connection.`);
      const due = one.how === 'whole' ? log.length : one.events.length;
      if (one.events.join('\n') !== log.slice(0, due).join('\n'))
        wrong.push(`${who} has other events: ${one.events.length} of ${log.length}.`);
    }
    const pids = events.flatMap((event) => (event.type === 'lane-started' && event.pid ? [event.pid] : []));
    const left = await this.#left(pids);
    if (left.length > 0) wrong.push(`Processes of ${run} are left: ${left.join(', ')}.`);
    await this.#get(run + pick(this.#draw, RUN_PAGES), 200);
  }

  /** Returns those of `pids` that do not end soon: the system may still be removing what the server saw end. */
  async #left(pids: number[]): Promise<number[]> {
    const until = performance.now() + GONE_MS;
    while (alive(pids).length > 0 && performance.now() < until)
      await pause(GONE_MS / 100, null, { signal: this.#signal });
    return alive(pids);
  }

  #get(page: string, status: number): Promise<Response> {
    return this.#request(page, { headers: { Accept: 'text/html' } }, [status]);
  }

  #send(to: string, body: Record<string, unknown>, statuses: readonly number[]): Promise<Response> {
    const init = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    };
    return this.#request(to, init, statuses);
  }

  /** Requests an address, and notes an answer that has none of `statuses`. */
  async #request(to: string, init: RequestInit, statuses: readonly number[]): Promise<Response> {
    const headers = { ...init.headers, 'X-Forwarded-For': this.#server.address };
    const response = await fetch(this.#server.url + to, { ...init, headers, signal: this.#signal });
    const { status } = response;
    if (statuses.includes(status)) return response;
    const text = (await response.text()).slice(0, 200);
    throw new Error(`${init.method ?? 'GET'} ${to}: ${status}, not ${statuses.join(' or ')}: ${text}`);
  }
}
