/**
 * The live tiles of a room's wall: the latest run of each member, all on one stream. A reader gets every tile as it is,
 * and then those that have changed since, oldest change first, and no more bytes a second than a projector's network
 * can take: what a tile misses is not sent later.
 */

import type { Challenge } from '../challenges/challenge.ts';
import { solvedWords } from '../challenges/verdict-words.ts';
import type { TileNews } from '../figures/room-news.ts';
import { tileOf } from '../figures/tile.ts';
import { troubleOf } from '../figures/trouble.ts';
import type { RunEvent } from '../protocol/events.ts';
import type { RunRecord } from '../runs/execution.ts';
import type { Log } from '../runs/log/log.ts';
import type { Runs } from '../runs/runs.ts';
import type { RunTimeline } from '../timeline/model.ts';
import { apply, newTimeline, setPlace } from '../timeline/timeline.ts';
import type { Room } from './room.ts';
import { sameErrorRuns } from './same-error.ts';

/** Pause between messages, in ms. */
const TICK_MS = 500;
/** How long tiles are kept that nobody looks at, in ms: a page that is loaded again needs them again. */
const KEPT_MS = 30_000;
/** Most characters of tiles a second to each reader. */
const CHARS_PER_SECOND = 60_000;

/** Pause before a run that could not be read is read again, in ms. */
const RETRY_MS = 2000;

/** A tile as it is sent, and the number of its latest change. */
type Shown = { version: number; json: string; news: TileNews };

/** A run that is drawn as a tile. */
type Drawn = {
  run: string;
  /** When it is read again, on the clock of `performance.now()`; null unless it could not be read. */
  retryMs: number | null;
  /** Null once it has ended: nothing more will change. */
  live: { log: Log; timeline: RunTimeline; record: RunRecord } | null;
  shown: Shown | null;
};

/** Resolves with the ids of a member's runs before their latest, oldest first. */
type Earlier = (member: number) => Promise<string[]>;

/** Whoever has the wall open. */
type WallReader = {
  /** Returns the tiles that have changed since the last call, as JSON, as many as may be sent now. */
  changed(): string[];
  close(): void;
};

export class Wall {
  #room: Room;
  #runs: Pick<Runs, 'get'>;
  #earlier: Earlier;
  #challenges: readonly Challenge[];
  /** By the member's number. */
  #drawn = new Map<number, Drawn>();
  #readers = new Set<object>();
  #version = 0;
  #ticking: NodeJS.Timeout | null = null;
  #forgetting: NodeJS.Timeout | undefined;
  #drawing: Promise<void> | null = null;

  constructor(
    room: Room,
    runs: Pick<Runs, 'get'>,
    earlier: Earlier = async () => [],
    challenges: readonly Challenge[] = [],
  ) {
    this.#challenges = challenges;
    this.#room = room;
    this.#runs = runs;
    this.#earlier = earlier;
  }

  /** Opens a reader. It has seen no tile. */
  read(): WallReader {
    const reader = {};
    this.#readers.add(reader);
    clearTimeout(this.#forgetting);
    this.#ticking ??= setInterval(() => void this.#draw(), TICK_MS);
    void this.#draw();
    let seen = 0;
    return {
      changed: () => {
        const news = [...this.#drawn.values()]
          .flatMap(({ shown }) => (shown && shown.version > seen ? [shown] : []))
          .sort((a, b) => a.version - b.version);
        const sent: string[] = [];
        let chars = 0;
        for (const { version, json } of news) {
          chars += json.length;
          if (sent.length > 0 && chars > (CHARS_PER_SECOND * TICK_MS) / 1000) break;
          sent.push(json);
          seen = version;
        }
        return sent;
      },
      close: () => {
        this.#readers.delete(reader);
        if (this.#readers.size > 0 || this.#ticking === null) return;
        clearInterval(this.#ticking);
        this.#ticking = null;
        this.#forgetLater();
      },
    };
  }

  /** The tiles as they were drawn last, by member. */
  get tiles(): Map<number, TileNews> {
    const shown = [...this.#drawn].flatMap(([number, { shown }]) =>
      shown ? [[number, shown.news] as const] : [],
    );
    return new Map(shown);
  }

  /** Resolves with the tiles as they are now, by member. */
  async look(): Promise<Map<number, TileNews>> {
    if (this.#readers.size === 0) this.#forgetLater();
    await this.#draw();
    return this.tiles;
  }

  #forgetLater(): void {
    clearTimeout(this.#forgetting);
    this.#forgetting = setTimeout(() => this.#drawn.clear(), KEPT_MS).unref();
  }

  /** Draws the tiles of the runs that have changed. Never rejects. */
  #draw(): Promise<void> {
    this.#drawing ??= this.#drawAll().finally(() => {
      this.#drawing = null;
    });
    return this.#drawing;
  }

  async #drawAll(): Promise<void> {
    try {
      for (const { number, run } of this.#room.members) if (run !== null) await this.#drawRun(number, run);
      for (const number of this.#drawn.keys())
        if (!this.#room.member(number)?.run) this.#drawn.delete(number);
    } catch (error) {
      console.error('wall: a tile could not be drawn', error);
    }
  }

  async #drawRun(member: number, run: string): Promise<void> {
    let drawn = this.#drawn.get(member);
    if (drawn?.run !== run || (drawn.retryMs !== null && performance.now() >= drawn.retryMs)) {
      // One that is blocked, or cannot be read now, has no tile yet: the operator may allow it, or the disk come back.
      const record = await this.#runs.get(run).catch(() => null);
      const retryMs = record === null ? performance.now() + RETRY_MS : null;
      drawn = {
        run,
        retryMs,
        live: record && { log: record.log, timeline: newTimeline(), record },
        shown: null,
      };
      this.#drawn.set(member, drawn);
    }
    if (drawn.live === null) return;
    const { log, timeline, record } = drawn.live;
    const isSame = log.lastSeq === timeline.seq && log.place?.position === timeline.place?.position;
    if (isSame && drawn.shown !== null) return;
    for (const line of log.after(timeline.seq)) {
      const event: RunEvent = JSON.parse(line);
      apply(timeline, event);
    }
    setPlace(timeline, log.place);
    let sameError = 0;
    if (timeline.state === 'ended') {
      drawn.live = null;
      // What goes wrong in a lesson’s own program is its point.
      if (record.spec.code !== '') sameError = await this.#sameError(member, run, timeline);
    }
    this.#version++;
    const challenge =
      timeline.state === 'ended' ? solvedWords(this.#challenges, record.spec, timeline) : null;
    const news: TileNews = {
      ...{ member, run, tile: tileOf(timeline), ranAt: record.createdAt, sameError },
      ...(challenge !== null && { challenge }),
    };
    drawn.shown = { version: this.#version, json: JSON.stringify(news), news };
  }

  /** Resolves with `TileNews.sameError`. */
  async #sameError(member: number, run: string, timeline: RunTimeline): Promise<number> {
    if (troubleOf(timeline) === null) return 0;
    const earlier = (await this.#earlier(member)).filter((id) => id !== run);
    return sameErrorRuns(timeline, earlier, this.#runs);
  }
}
