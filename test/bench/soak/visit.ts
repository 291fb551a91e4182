/** A visit: somebody starts a run or a family, others read it, something happens to it, and its pages are looked at. */
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../../../server/protocol/events.ts';
import { MODES } from '../../../server/spec/modes.ts';
import { JAVASCRIPT, type Runtime } from '../../../server/spec/runtimes.ts';
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
type Answer = { status: number; headers: Headers; text: string };

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
  const runtime = pick(draw, isLesson ? JAVASCRIPT : runtimes);
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
  /** The cookie of a visitor with a browser; empty for others. */
  #cookie = '';

  constructor(server: Visited, draw: Draw, signal: AbortSignal, found: Visit) {
    this.#server = server;
    this.#draw = draw;
    this.#signal = signal;
    this.#found = found;
  }

  async come(work: Work, spec: Record<string, unknown>, act: string): Promise<void> {
    if (this.#draw() < BREAKS_OFF) breakOff(this.#server);
    await this.#get(pick(this.#draw, PAGES), 200);
    if (typeof spec.code === 'string') await this.#send('/hints', { code: spec.code }, [200, 429]);
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
      await this.#get(`${started.url}.json`, 404);
      await this.#get(`${first}/events`, 404);
      return;
    }
    const names = ways.map(({ name }) => name);
    for (const run of isFamily ? await this.#family(started) : [first])
      await this.#check(run, run === first ? reads : [], names);
  }

  /** Submits a run or a family: as a program does, or with the form in a browser. Returns null if there is no room. */
  async #start(spec: Record<string, unknown>, isBroken: boolean): Promise<Started | null> {
    const statuses = [...(isBroken ? [422] : [200, 201]), 429, 503];
    if (isBroken || spec.sweep || spec.repeat !== 1 || this.#draw() > WITH_FORM) {
      const { status, text } = await this.#send('/api/runs', spec, statuses);
      return status === 201 ? JSON.parse(text) : null;
    }
    const fields = Object.entries(spec).flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((one) => [name, String(one)]),
    );
    const headers = { 'HX-Request': 'true', Accept: 'text/html' };
    const init = { method: 'POST', headers, body: new URLSearchParams(fields) };
    const { status, headers: given } = await this.#request('/runs', init, statuses);
    if (status !== 200) return null;
    this.#cookie = given.get('set-cookie')?.split(';')[0] ?? '';
    const url = given.get('hx-push-url') ?? '';
    return { url, cancel: `${url}/cancel`, delete: `${url}/delete` };
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
      const { status, runs } = JSON.parse((await this.#get(`${url}.json`, 200)).text);
      await this.#get(url, 200);
      if (status !== null) return runs.map(({ url }: { url: string }) => url);
      await pause(LOOK_MS, null, { signal: this.#signal });
    }
  }

  /** Compares the log of a run that has ended with what its readers got, and looks at one of its pages. */
  async #check(run: string, reads: readonly Read[], ways: readonly string[]): Promise<void> {
    const late = await read(`${this.#server.url}${run}/events`, STAYS, [], this.#signal);
    const log = (await this.#get(`${run}.ndjson`, 200)).text.split('\n').slice(0, -1);
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
    const pids = events.flatMap((event) => (event.type === 'lane-started' && event.pid ? [event.pid] : []));
    const left = await this.#left([...new Set(pids)]);
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

  #get(page: string, status: number): Promise<Answer> {
    return this.#request(page, { headers: { Accept: 'text/html' } }, [status]);
  }

  #send(to: string, body: Record<string, unknown>, statuses: readonly number[]): Promise<Answer> {
    const headers = { 'Content-Type': 'application/json' };
    return this.#request(to, { method: 'POST', headers, body: JSON.stringify(body) }, statuses);
  }

  /** Requests an address. Throws if the answer has none of `statuses`. */
  async #request(to: string, init: RequestInit, statuses: readonly number[]): Promise<Answer> {
    const own = { 'X-Forwarded-For': this.#server.address, ...(this.#cookie && { Cookie: this.#cookie }) };
    const given = { ...init, headers: { ...init.headers, ...own }, signal: this.#signal };
    const response = await fetch(this.#server.url + to, given);
    const { status, headers } = response;
    const text = await response.text();
    if (statuses.includes(status)) return { status, headers, text };
    const what = `${init.method ?? 'GET'} ${to}`;
    throw new Error(`${what}: ${status}, not ${statuses.join(' or ')}: ${text.slice(0, 300)}`);
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
