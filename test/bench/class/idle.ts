/** What a learner costs who has the room's page open and does nothing, and what an open stream costs a bare server. */
import fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { messagesIn } from '../../event-stream.ts';
import type { Soaked } from '../soak/server.ts';
import { Browser, type Imports } from './browser.ts';
import { sizesOf } from './memory.ts';

const LEARNERS = 100;
/** How many are there before, so that what starts at its first use has started. */
const FIRST = 10;
/** Longest wait until only the connections of streams are open, in ms: others are kept alive for a while. */
const LONGEST_MS = 10_000;

/** In bytes, for one learner: of the heap and of buffers, garbage collected, and of resident memory. */
export type Idle = { heapBytes: number; rssBytes: number };

/** Measures a server. `arrive` makes one more learner arrive, who then holds one connection. */
async function costOf(server: Soaked, arrive: (number: number) => Promise<void>): Promise<Idle> {
  const group = async (from: number, to: number) => {
    const before = socketsOf(server.pid);
    for (let number = from; number < to; number += FIRST)
      await Promise.all(Array.from({ length: FIRST }, (_, i) => arrive(number + i)));
    const until = performance.now() + LONGEST_MS;
    while (socketsOf(server.pid) > before + to - from && performance.now() < until) await pause(100);
    const { heapBytes } = await server.inside();
    return { heapBytes, rssBytes: sizesOf(server.pid).rssBytes };
  };
  const before = await group(0, FIRST);
  const after = await group(FIRST, FIRST + LEARNERS);
  return {
    heapBytes: (after.heapBytes - before.heapBytes) / LEARNERS,
    rssBytes: (after.rssBytes - before.rssBytes) / LEARNERS,
  };
}

/** Returns what a learner costs who is in a room and has its page open. */
export async function idleLearner(
  server: Soaked,
  url: string,
  code: string,
  imports: Imports,
): Promise<Idle> {
  const browsers: Browser[] = [];
  try {
    return await costOf(server, async (number) => {
      const browser = new Browser(url, imports);
      browsers.push(browser);
      await browser.get(`/rooms/${code}`);
      await browser.post(`/rooms/${code}/join`, { name: `Idle ${number}` });
      await browser.get(`/rooms/${code}`);
      drain(await browser.stream(`/rooms/${code}/news`));
      await browser.get(`/rooms/${code}/bar`, { 'HX-Request': 'true' });
    });
  } finally {
    for (const browser of browsers) browser.close();
  }
}

/** Returns what a reader of a stream costs the floor. */
export async function idleReader(floor: Soaked, url: string): Promise<Idle> {
  const browsers: Browser[] = [];
  try {
    return await costOf(floor, async () => {
      const browser = new Browser(url, new Map());
      browsers.push(browser);
      drain(await browser.stream('/stream'));
    });
  } finally {
    for (const browser of browsers) browser.close();
  }
}

/** Reads a stream until its connection is closed. */
function drain(response: Awaited<ReturnType<Browser['stream']>>): void {
  const read = async () => {
    for await (const _ of messagesIn({ body: response }));
  };
  read().catch(() => {});
}

function socketsOf(pid: number): number {
  const names = fs.readdirSync(`/proc/${pid}/fd`);
  return names.filter((fd) => {
    try {
      return fs.readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:');
    } catch {
      return false;
    }
  }).length;
}
