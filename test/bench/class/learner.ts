/** A learner: enters the room, opens the lesson, runs it, follows the run, and looks at those of neighbours. */
import { setTimeout as pause } from 'node:timers/promises';
import { messagesIn } from '../../event-stream.ts';
import { formFields } from '../../markup.ts';
import { type Answer, type Browser, textOf } from './browser.ts';
import { Followed } from './follow.ts';

/** How long a page took, the same with all that it needs, and the same bytes from the floor, in ms. */
export type Load = { tookMs: number; wholeMs: number; floorMs: number };
/** A run, and what came of its stream. */
export type Seen = { run: string; followed: Followed };
/** Pressing Run: on this process's clock, in ms. The same of the floor is how long it took. */
export type Press = { atMs: number; answerMs: number; refused: number; floorFirstMs: number };

/** Of all runs, so that all take the same time. */
const SEED = '7';
const HTMX = { 'HX-Request': 'true', 'HX-Request-Type': 'partial', 'HX-Target': 'section#run' };

export class Learner {
  readonly loads: Load[] = [];
  /** The own run first. */
  readonly seen: Seen[] = [];
  press: Press | null = null;
  readonly #browser: Browser;
  readonly #floor: Browser;
  /** The room's code. */
  readonly #room: string;
  /** What the floor has been given: shared by all learners. */
  readonly #given: Set<string>;
  #fields: Record<string, string | string[]> = {};
  #isGone = false;

  constructor(browser: Browser, floor: Browser, room: string, given: Set<string>) {
    this.#browser = browser;
    this.#floor = floor;
    this.#room = room;
    this.#given = given;
  }

  /** Types the code and a name, and is in the room, whose stream stays open. */
  async enter(name: string): Promise<void> {
    const code = this.#room;
    await this.#load('enter', () => this.#browser.page(`/rooms?code=${code}`));
    const page = await this.#load('room', () => this.#browser.submit(`/rooms/${code}/join`, { name }));
    this.#fields = formFields(textOf(page));
    const news = await this.#browser.stream(`/rooms/${code}/news`);
    const bar = () => this.#browser.get(`/rooms/${code}/bar`, HTMX);
    await bar();
    const listen = async () => {
      for await (const { event } of messagesIn({ body: news })) if (event === 'changed') await bar();
    };
    listen().catch((error) => {
      if (!this.#isGone) console.log(`The room's stream was lost: ${error}`);
    });
  }

  /**
   * Presses Run, again if the server is busy, and follows the run to its end. `submitted` is called with its address, and
   * what comes of it.
   */
  async run(code: string, submitted: (seen: Seen) => void): Promise<void> {
    const press: Press = { atMs: performance.now(), answerMs: 0, refused: 0, floorFirstMs: 0 };
    this.press = press;
    const fields = { ...this.#fields, code, seed: SEED };
    let answer: Answer;
    for (;;) {
      answer = await this.#browser.post('/runs', fields, HTMX);
      if (answer.status !== 429 && answer.status !== 503) break;
      press.refused++;
      await pause(1000 * Number(answer.headers['retry-after'] ?? 1));
    }
    const run = String(answer.headers['hx-push-url'] ?? '').split('?')[0];
    if (answer.status !== 200 || !run)
      throw new Error(`POST /runs: ${answer.status} ${textOf(answer).slice(0, 300)}`);
    press.answerMs = performance.now() - press.atMs;
    const seen = this.#see(run);
    submitted(seen);
    await Promise.all([
      seen.followed.follow(this.#browser, `${run}/events`),
      this.#browser.load(answer),
      this.#pressFloor(answer, press),
    ]);
  }

  /** Opens the permalink of somebody else's run, and follows it to its end. */
  async visit(run: string): Promise<void> {
    await this.#load('run', () => this.#browser.page(run));
    await this.#browser.get(`/rooms/${this.#room}/bar`, HTMX);
    await this.#see(run).followed.follow(this.#browser, `${run}/events`);
  }

  /** Loads the room's page again. */
  async reload(): Promise<void> {
    await this.#load('room', () => this.#browser.page(`/rooms/${this.#room}`));
  }

  /** From now on, its connections may be closed. */
  leave(): void {
    this.#isGone = true;
  }

  #see(run: string): Seen {
    const seen = { run, followed: new Followed() };
    this.seen.push(seen);
    return seen;
  }

  async #load(kind: string, load: () => ReturnType<Browser['page']>) {
    const page = await load();
    await this.#give(kind, page);
    const { tookMs: floorMs } = await this.#floor.get(`/given/${kind}`);
    this.loads.push({ tookMs: page.tookMs, wholeMs: page.wholeMs, floorMs });
    return page;
  }

  /** The same as pressing Run: an answer of as many bytes, and the first event of a stream. */
  async #pressFloor(answer: Answer, press: Press): Promise<void> {
    await this.#give('pressed', answer);
    const began = performance.now();
    await this.#floor.post('/given/pressed', { room: this.#room });
    for await (const { data } of messagesIn({ body: await this.#floor.stream('/stream') }))
      if (data !== '') break;
    press.floorFirstMs = performance.now() - began;
  }

  async #give(kind: string, answer: Answer): Promise<void> {
    if (this.#given.has(kind)) return;
    this.#given.add(kind);
    await this.#floor.put(`/given/${kind}`, answer);
  }
}
