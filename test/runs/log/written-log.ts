/** A log for tests: gives access to what it saved, and parses what its readers receive. */
import type { RunEvent } from '../../../server/protocol/events.ts';
import type { Fact } from '../../../server/protocol/facts.ts';
import { type Chunk, nextChunk, type Reader } from '../../../server/runs/log/log.ts';
import { RunLog } from '../../../server/runs/log/run-log.ts';

/** A line that a job writes. */
export const line = (text: string): Fact => ({ type: 'log', lane: 0, job: 0, stream: 'stdout', text });
/** The last event of a run. */
export const ended: Fact = { type: 'run-ended', status: 'completed', error: null };
/** Returns the events of a chunk; none for null. */
export const eventsOf = (chunk: Chunk | null): RunEvent[] =>
  (chunk?.lines ?? []).map((line) => JSON.parse(line));
/** Returns the sequence numbers of events. */
export const seqs = (events: readonly RunEvent[]) => events.map(({ seq }) => seq);
/** Returns the sequence numbers of the first `count` events. */
export const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** Creates a log, and an array of what it saves, in order. */
export function newLog({ maxEvents = 10_000, lines = [] as string[] } = {}) {
  const saved = [...lines];
  const chunks: { firstSeq: number; lines: string[] }[] = [];
  const save = (firstSeq: number, added: string[]) => {
    chunks.push({ firstSeq, lines: added });
    saved.push(...added);
  };
  return { log: new RunLog({ save, maxEvents }, [...lines]), saved, chunks };
}

/** Appends `count` lines and publishes them. */
export function write(log: RunLog, count: number, size = 1): void {
  for (let i = 0; i < count; i++) log.append(line('x'.repeat(size)), 0, i);
  void log.flush();
}

/** Returns all chunks that a reader receives until the log ends. */
export async function chunksOf(reader: Reader): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for (let chunk = await nextChunk(reader); chunk; chunk = await nextChunk(reader)) chunks.push(chunk);
  reader.close();
  return chunks;
}

/** Returns all events that a reader receives until the log ends. */
export async function readAll(reader: Reader): Promise<RunEvent[]> {
  return (await chunksOf(reader)).flatMap(eventsOf);
}

/** Reports whether `promise` is already settled. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  // The promise's reactions run first, because it was created first.
  await Promise.resolve();
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}
