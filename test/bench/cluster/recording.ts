/** What a real run appends to its log, and when: stand-ins for runners do the same. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MODES } from '../../../server/spec/modes.ts';
import type { Spec } from '../../../server/spec/spec.ts';
import { PostgresStore } from '../../../server/store/postgres/postgres-store.ts';
import { follow, settled, submit } from '../client.ts';
import { end, startServer } from '../processes.ts';

/** Consecutive events of a run, each as JSON, and when they were appended, in ms from its begin. */
export type Part = { atMs: number; lines: string[] };
export type Recording = { spec: Spec; parts: Part[]; events: number; bytes: number };

/** Records a run of four modes with the settings that the form has at first, on the database at `url`. */
export async function record(url: string): Promise<Recording> {
  const DATA_DIR = fs.mkdtempSync(path.join(os.tmpdir(), 'playground-record-'));
  const script = fileURLToPath(new URL('../server.ts', import.meta.url));
  const server = await startServer(script, { PORT: '0', SANDBOX: 'lessons', DATA_DIR, DATABASE_URL: url });
  const store = await PostgresStore.open(url);
  try {
    await settled(server.url);
    const events = await submit(server.url, { lesson: 'wait', modes: MODES });
    const arrived: number[] = [];
    await follow(events, (event, arrivedAt) => {
      arrived[Number(event.seq)] = arrivedAt;
    });
    const id = events.split('/').at(-2) ?? '';
    const run = await store.get(id);
    const sql = 'select events from chunks where run = $1 order by first_seq';
    const chunks = (await store.database.rows(sql, [id])) as { events: string }[];
    if (!run || chunks.length === 0) throw new Error('The run was not recorded.');
    let seq = 0;
    const parts = chunks.map(({ events }) => {
      const lines = events.split('\n');
      seq += lines.length;
      return { atMs: (arrived[seq] ?? Number.NaN) - (arrived[1] ?? 0), lines };
    });
    const bytes = chunks.reduce((sum, one) => sum + one.events.length, 0);
    return { spec: run.spec, parts, events: seq, bytes };
  } finally {
    await store.close();
    await end(server.child);
    fs.rmSync(DATA_DIR, { recursive: true, force: true });
  }
}
