/**
 * What starts processes: the server and, once that has cost too much, a small process beside it. To start one, Linux copies
 * the page tables of the process that does it: 6 ms for one of 50 MB and 15 ms for one of 260 MB on a virtual machine, and
 * as long as the new process waits for a core on a busy one. All the while, the server does nothing else.
 */
import { Buffer } from 'node:buffer';
import path from 'node:path';
import process from 'node:process';
import { Beside } from './beside.ts';
import { isInstalled } from './runtimes.ts';
import { LONGEST_SOCKET } from './socket-path.ts';
import { type Spawner, spawnHere } from './spawned.ts';

/** How long starts may have held up the server altogether, in ms, before another process starts the rest. */
const WORTH_MS = 250;
/** Name of the socket of the process beside. */
const SOCKET = 'starter.sock';

/** What starts the processes of a server: the server itself, and later the process beside it. */
export class Starter {
  #spentMs = 0;
  #beside: Beside | null = null;
  #isClosed = false;
  /** Hears of each start how long it took, in ms: one that takes long, on a busy machine, is followed by a pause. */
  readonly #took: (ms: number) => void;
  /** Path of the socket; null if there is no place for one. */
  readonly #socket: string | null;
  readonly #here: Spawner = {
    pid: process.pid,
    spawn: (command) => spawnHere(command, (ms) => this.#count(ms)),
  };

  /** `folder`: where its socket is to be; without one (empty) there is no process beside. */
  constructor(folder: string, took: (ms: number) => void) {
    const socket = path.join(folder, SOCKET);
    this.#socket = folder === '' || Buffer.byteLength(socket) > LONGEST_SOCKET ? null : socket;
    this.#took = took;
  }

  /** What starts the next process. */
  get spawner(): Spawner {
    return this.#beside?.canBeReached ? this.#beside : this.#here;
  }

  /** Ends the process beside, when nothing is to be started any more, and nothing that it started is left. */
  close(): void {
    this.#isClosed = true;
    this.#beside?.close();
  }

  #count(ms: number): void {
    this.#took(ms);
    this.#spentMs += ms;
    if (this.#spentMs >= WORTH_MS) this.begin();
  }

  /** Starts the process beside, if there is none. */
  begin(): void {
    if (this.#socket === null || !isInstalled('node') || this.#beside || this.#isClosed) return;
    const beside = new Beside(this.#socket, this.#took, () => {
      // The server does it again, until that has cost as much once more.
      if (this.#beside === beside) this.#beside = null;
      this.#spentMs = 0;
    });
    this.#beside = beside;
  }
}
