/** Reads the recorded runs. A file has the run's spec on its first line, and then its log, an event a line. */
import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Spec } from '../../server/spec/spec.ts';

const FOLDER = import.meta.dirname;
const SUFFIX = '.ndjson.gz';

export type RecordedRun = { name: string; spec: Spec; events: RunEvent[] };

/** Returns all recorded runs, in the order of their names. */
export function recordedRuns(): RecordedRun[] {
  const files = fs.readdirSync(FOLDER).filter((file) => file.endsWith(SUFFIX));
  return files.sort().map((file) => {
    const text = gunzipSync(fs.readFileSync(path.join(FOLDER, file))).toString();
    const [spec, ...events] = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    return { name: file.slice(0, -SUFFIX.length), spec, events };
  });
}

/** Writes a recorded run. */
export function writeRecorded({ name, spec, events }: RecordedRun): void {
  const lines = [spec, ...events].map((line) => JSON.stringify(line));
  fs.writeFileSync(path.join(FOLDER, name + SUFFIX), gzipSync(`${lines.join('\n')}\n`, { level: 9 }));
}
