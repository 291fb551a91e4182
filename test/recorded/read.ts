/** Reads the recorded runs. A file has the run's spec on its first line, and then its log, an event a line. */
import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { RunEvent } from '../../server/protocol/events.ts';
import type { Spec } from '../../server/spec/spec.ts';

const FOLDER = import.meta.dirname;
const SUFFIX = '.ndjson.gz';

type RecordedRun = { name: string; spec: Spec; events: RunEvent[] };

/** Returns all recorded runs, in the order of their names. */
export function recordedRuns(): RecordedRun[] {
  return namesIn(FOLDER).map((name) => {
    const [spec, ...events] = readLines(FOLDER, name);
    return { name, spec, events };
  });
}

/** Returns the names of the files in a folder that `readLines` reads, in order. */
export function namesIn(folder: string): string[] {
  const files = fs.readdirSync(folder).filter((file) => file.endsWith(SUFFIX));
  return files.map((file) => file.slice(0, -SUFFIX.length)).sort();
}

/** Returns the values on the lines of a file, parsed. */
export function readLines(folder: string, name: string) {
  const text = gunzipSync(fs.readFileSync(path.join(folder, name + SUFFIX))).toString();
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

export function writeRecorded({ name, spec, events }: RecordedRun): void {
  const lines = [spec, ...events].map((line) => JSON.stringify(line));
  fs.writeFileSync(path.join(FOLDER, name + SUFFIX), gzipSync(`${lines.join('\n')}\n`, { level: 9 }));
}
