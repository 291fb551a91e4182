/** A log for tests: what it saved is at hand, and what its readers are given is turned into text and numbers. */
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Fact } from '../../server/protocol/facts.ts';
import { type Reader, RunLog } from '../../server/runs/log.ts';

/** A line that a job writes. */
export const line = (text: string): Fact => ({ type: 'log', lane: 0, job: 0, stream: 'stdout', text });
/** The last event of a run. */
export const ended: Fact = { type: 'run-ended', status: 'completed', error: null };
/** A frame as text; none is empty. */
export const textOf = (bytes: Uint8Array | null) => (bytes ? new TextDecoder().decode(bytes) : '');
/** The numbers of events. */
export const seqs = (events: readonly RunEvent[]) => events.map(({ seq }) => seq);
/** The numbers of the first `count` events. */
export const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

/** A log and what it saved, in order. */
export function newLog({ maxEvents = 10_000, lines = [] as string[], isEnded = false } = {}) {
  const saved = [...lines];
  const chunks: { firstSeq: number; lines: string[] }[] = [];
  const save = (firstSeq: number, added: string[]) => {
    chunks.push({ firstSeq, lines: added });
    saved.push(...added);
  };
  return { log: new RunLog({ save, maxEvents }, [...lines], isEnded), saved, chunks };
}

/** Appends `count` lines and lets readers have them. */
export function write(log: RunLog, count: number, size = 1): void {
  for (let i = 0; i < count; i++) log.append(line('x'.repeat(size)), 0, i);
  log.flush();
}

/** Everything that a reader is given until the log ends, as text. */
export async function readAll(reader: Reader): Promise<string> {
  let text = '';
  for (let frame = await reader.next(); frame; frame = await reader.next()) text += textOf(frame);
  reader.close();
  return text;
}

/** Whether `promise` has been settled by what was done before. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  // The promise's own reactions run first: it was there before.
  await Promise.resolve();
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}
