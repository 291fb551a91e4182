/** What the server has and holds at one moment, seen from outside and by itself, and how two moments compare. */
import fs from 'node:fs';
import path from 'node:path';
import { below } from '../../attack/remains.ts';
import { commandOf } from '../../contract/processes.ts';
import type { Figure } from '../figures.ts';
import type { Soaked } from './server.ts';

/** Sizes in bytes, and the things that must be the same before and after, each by its kind. */
export type Vitals = {
  rssBytes: number;
  heapBytes: number;
  held: Record<'descriptors' | 'timers and handles' | 'processes' | 'threads' | 'files', string[]>;
};

/**
 * Growth of the heap in the last third that is no leak, in bytes: for each run, since caches fill that keep the latest
 * programs and drawings (a picture is 80 KB, and every thirteenth visit asks for one), and in all, since two looks at
 * the same differ.
 */
const MOST_BYTES = { aRun: 8192, inAll: 2 ** 20 };

const STARTER = 'starter-process';

/** Looks at a server that is idle. */
export async function vitalsOf(server: Soaked): Promise<Vitals> {
  const { heapBytes, resources } = await server.inside();
  const { pid, folder } = server;
  const links = (fs.readdirSync(`/proc/${pid}/fd`) as string[]).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  return {
    rssBytes: rssOf(pid),
    heapBytes,
    held: {
      descriptors: links.flatMap((link) => (link === null ? [] : kindOf(link))),
      'timers and handles': resources,
      processes: below(pid).map((one) => programIn(commandOf(one))),
      threads: fs.readdirSync(`/proc/${pid}/task`).map(() => 'thread'),
      files: filesBelow(folder).map((file) => file.replaceAll(/[\w-]{21}/g, '…')),
    },
  };
}

/** Whether the process beside a server, which starts others, runs. */
export function hasStarter(pid: number): boolean {
  return below(pid).some((one) => programIn(commandOf(one)) === STARTER);
}

function rssOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}

function linkOf(file: string): string | null {
  try {
    return fs.readlinkSync(file);
  } catch {
    // It was that of the folder itself.
    return null;
  }
}

/** Returns a descriptor without its number: `socket`, `pipe`, `anon_inode`, or the file's name. */
function kindOf(link: string): string {
  return /^(socket|pipe):/.exec(link)?.[1] ?? path.basename(link);
}

/** Returns what a process executes, in short. */
function programIn(command: string): string {
  const names = ['guard', 'compile-process', 'tsc', 'bwrap', STARTER, 'entry.mjs'];
  return names.find((name) => command.includes(name)) ?? command.replaceAll('\0', ' ').slice(0, 80);
}

/** Returns the files and folders that come and go with runs; the database, the build and Deno's cache stay. */
function filesBelow(folder: string): string[] {
  const all = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return all.filter((file) => !/^data\/(build|deno|playground\.db)/.test(file));
}

/** Returns how the figures after the soak compare with those before. `runs`: in each third. */
export function figuresOf([before, ...thirds]: readonly Vitals[], runs: readonly number[]): Figure[] {
  const [second, after] = [thirds.at(-2), thirds.at(-1)];
  if (!before || !second || !after) return [];
  const last = Math.max(1, runs.at(-1) ?? 0);
  const bytes = after.heapBytes - second.heapBytes;
  const mib = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const memory: Figure[] = [
    {
      name: 'resident memory',
      measured: thirds.map(({ rssBytes }) => mib(rssBytes)).join(', '),
      floor: `before ${mib(before.rssBytes)}`,
      // What an allocator keeps of what was freed depends on what came last.
      target: 'to be told',
      isMet: null,
    },
    {
      name: 'heap in use, garbage collected',
      measured: `${thirds.map(({ heapBytes }) => mib(heapBytes)).join(', ')}: at the end ${(bytes / last).toFixed()} bytes a run`,
      floor: `before ${mib(before.heapBytes)}`,
      target: `${mib(MOST_BYTES.inAll)} and ${MOST_BYTES.aRun} bytes a run`,
      isMet: bytes <= MOST_BYTES.inAll + MOST_BYTES.aRun * last,
    },
  ];
  const counts = Object.keys(before.held).map((key): Figure => {
    const of = ({ held }: Vitals) => held[key as keyof Vitals['held']];
    const differing = difference(of(before), of(after));
    return {
      name: key,
      measured: `${thirds.map((one) => of(one).length).join(', ')}${differing === '' ? '' : `: ${differing}`}`,
      floor: `before ${of(before).length}`,
      target: 'the same',
      isMet: differing === '',
    };
  });
  return [...memory, ...counts];
}

/** Says what there is more of, and less: `+2 socket, -1 pipe`; empty if nothing. */
export function difference(before: readonly string[], after: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const one of after) counts.set(one, (counts.get(one) ?? 0) + 1);
  for (const one of before) counts.set(one, (counts.get(one) ?? 0) - 1);
  return [...counts]
    .filter(([, count]) => count !== 0)
    .map(([one, count]) => `${count > 0 ? '+' : ''}${count} ${one}`)
    .join(', ');
}
