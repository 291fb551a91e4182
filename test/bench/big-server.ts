/**
 * The playground as a process of its own, with made runs: one of many events that has ended, one of as many lanes and
 * few events, and for each `go` one more that is under way and grows at its own pace. Tells its parent where.
 */
import process from 'node:process';
import { createApp } from '../../server/app.ts';
import { listen } from '../../server/listen.ts';
import { startPlayground } from '../../server/playground.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import { RunLog } from '../../server/runs/run-log.ts';
import { readSettings } from '../../server/settings.ts';
import { madeRun, type Size } from './made-run.ts';
import { madeEntry, storeRun } from './store-run.ts';

/** What the parent asks for: the large run without its `last` events, which come, so many a second, when told to `grow`. */
export type Go = { last: number; perSecond: number };
/** `url` once it listens, with the ids of the runs in the store; of a live run its id, and, when all is sent, when what was. */
export type Said =
  | { url: string; many: string; few: string }
  | { id: string }
  | { sentAt: [seq: number, ms: number][] };

const BIG: Size = { lanes: 100, events: 100_000, perSecond: 1000 };
const FEW: Size = { lanes: 100, events: 1000, perSecond: 10 };

const settings = readSettings({ MAX_EVENTS: '1000000', ...process.env });
const ids = { many: 'many', few: 'few' };
await storeRun(settings.DATA_DIR, ids.many, BIG);
await storeRun(settings.DATA_DIR, ids.few, FEW);
const playground = await startPlayground(settings);
const grown = new Map<string, RunLog>();
const stored = playground.runs.get.bind(playground.runs);
playground.runs.get = async (id) => {
  const log = grown.get(id);
  if (!log) return stored(id);
  return { ...madeEntry(id, BIG), status: null, log };
};
const { serve, getConnInfo } = await listen();
const server = await serve(createApp({ playground, getConnInfo }).fetch, settings);
say({ url: server.url, ...ids });

process.on('message', (asked: Go | 'grow') => {
  if (asked === 'grow') return;
  const events = madeRun(BIG);
  const from = events.length - asked.last;
  const lines = events.slice(0, from).map((event) => JSON.stringify(event));
  const log = new RunLog({ save: () => {}, maxEvents: settings.MAX_EVENTS }, lines);
  const id = `live-${grown.size}`;
  grown.set(id, log);
  say({ id });
  const rest = events.slice(from);
  process.once('message', () => grow(log, rest, asked.perSecond));
});

process.on('disconnect', async () => {
  await playground.close();
  await server.close();
  process.exit(0);
});

/** Appends `perSecond` events a second. */
function grow(log: RunLog, events: RunEvent[], perSecond: number): void {
  const beganAt = performance.now();
  const sentAt: [number, number][] = [];
  const timer = setInterval(() => {
    const due = ((performance.now() - beganAt) * perSecond) / 1000;
    for (const { seq, pass, atMs, ...fact } of events.slice(sentAt.length, due)) {
      log.append(fact, pass, atMs);
      sentAt.push([seq, performance.timeOrigin + performance.now()]);
    }
    if (sentAt.length < events.length) return;
    clearInterval(timer);
    void log.end();
    say({ sentAt });
  }, 4);
}

function say(said: Said): void {
  process.send?.(said);
}
