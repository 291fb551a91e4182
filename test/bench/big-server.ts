/**
 * The playground in a separate process, with generated runs: an ended one with many events, one with as many lanes but
 * few events, and for each `go` a live one that grows at the given pace. Sends its address and progress to its parent.
 */
import process from 'node:process';
import { createApp } from '../../server/app.ts';
import { listen } from '../../server/listen.ts';
import { startPlayground } from '../../server/playground.ts';
import type { RunEvent } from '../../server/protocol/events.ts';
import { RunLog } from '../../server/runs/log/run-log.ts';
import { readSettings } from '../../server/settings.ts';
import { madeRun, type Size } from './made-run.ts';
import { madeEntry, storeRun } from './store-run.ts';

/**
 * The parent's order: start the large run without its `last` events, and append these at `perSecond` when
 * the second order, `grow`, comes.
 */
export type Go = { last: number; perSecond: number };
/**
 * Messages to the parent: `url` and the ids of the stored runs once it listens; the id of a live run; and when all is
 * sent, the time that each event was sent.
 */
export type Message =
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
send({ url: server.url, ...ids });

process.on('message', (asked: Go | 'grow') => {
  if (asked === 'grow') return;
  const events = madeRun(BIG);
  const from = events.length - asked.last;
  const lines = events.slice(0, from).map((event) => JSON.stringify(event));
  const log = new RunLog({ save: () => {}, maxEvents: settings.MAX_EVENTS }, lines);
  const id = `live-${grown.size}`;
  grown.set(id, log);
  send({ id });
  const rest = events.slice(from);
  process.once('message', () => grow(log, rest, asked.perSecond));
});

process.on('disconnect', async () => {
  await playground.close();
  await server.close();
  process.exit(0);
});

/** Appends `perSecond` events per second. */
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
    send({ sentAt });
  }, 4);
}

function send(message: Message): void {
  process.send?.(message);
}
