/**
 * Starts processes from a small process beside the server, once starting them from the server has cost too much. To start
 * one, Linux copies the page tables of the process that does it: 6 ms for one of 50 MB and 15 ms for one of 260 MB on a
 * virtual machine, and as long as the new process waits for a core on a busy one. All the while, the server does nothing
 * else.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type Command, SERVER_RUNTIME } from './runtimes.ts';
import { type Spawned, type Spawner, spawnHere } from './spawned.ts';

/** A process to start. Processes are numbered by `id`. */
export type StartOrder = Pick<Command, 'file' | 'args' | 'env' | 'cwd'> & { id: number };

/**
 * What the server hears: that the process beside has booted, and of each process that it starts. `stdin`, `stdout` and
 * `stderr` come with the pipe. `tookMs`: how long the start held up its thread.
 */
export type StarterNews =
  | { is: 'ready' }
  | { id: number; is: 'stdin'; pid: number; tookMs: number }
  | { id: number; is: 'stdout' | 'stderr' }
  | { id: number; is: 'failed'; error: string }
  | { id: number; is: 'exited'; exitCode: number | null; signal: NodeJS.Signals | null };

/** How long starts may have held up the server altogether, in ms, before another process starts the rest. */
const WORTH_MS = 250;
/** Longest that a start may take, or the end of a process that has been killed, in ms. */
const ANSWER_MS = 10_000;
const FILE = fileURLToPath(new URL('./starter-process.ts', import.meta.url));

/** What starts the processes of a server: the server itself, and later the process beside it. */
export class Starter {
  #spentMs = 0;
  #beside: Beside | null = null;
  #isClosed = false;
  /** Hears of each start how long it took, in ms: one that takes long, on a busy machine, is followed by a pause. */
  readonly #took: (ms: number) => void;
  readonly #here: Spawner = {
    pid: process.pid,
    spawn: (command) => spawnHere(command, (ms) => this.#count(ms)),
  };

  constructor(took: (ms: number) => void) {
    this.#took = took;
  }

  /** What starts the next process. */
  get spawner(): Spawner {
    return this.#beside?.isReady ? this.#beside : this.#here;
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

  /** Starts the process beside, if there is none; only on Node, since others cannot hand over pipes. */
  begin(): void {
    if (SERVER_RUNTIME !== 'node' || this.#beside || this.#isClosed) return;
    const beside = new Beside(this.#took, () => {
      // The server does it again, until that has cost as much once more.
      if (this.#beside === beside) this.#beside = null;
      this.#spentMs = 0;
    });
    this.#beside = beside;
  }
}

/** A process that is being started, or runs. */
class Remote extends EventEmitter implements Spawned {
  pid = 0;
  stdin: Socket | null = null;
  stdout: Socket | null = null;
  stderr: Socket | null = null;
  hasEnded = false;
  readonly #killed: () => void;

  /** `killed` is called when it has been killed. */
  constructor(killed: () => void) {
    super();
    this.#killed = killed;
  }

  /** Sends it itself: the process beside may hang. Until that has told of the end, the number is hardly another's. */
  kill(signal: NodeJS.Signals): void {
    if (this.hasEnded) return;
    try {
      process.kill(this.pid, signal);
    } catch {
      // It has ended.
    }
    if (signal === 'SIGKILL') this.#killed();
  }
}

type Starting = { remote: Remote; resolve: (remote: Remote) => void; reject: (error: Error) => void };

/** The process beside the server. `took` hears how long each start took; `ended` is called when it has ended, in any way. */
class Beside implements Spawner {
  readonly pid: number;
  isReady = false;
  readonly #took: (ms: number) => void;
  #process: ChildProcess;
  #last = 0;
  #starting = new Map<number, Starting>();
  #running = new Map<number, Remote>();

  constructor(took: (ms: number) => void, ended: () => void) {
    this.#took = took;
    this.#process = fork(FILE, [], {
      // It makes hardly any objects.
      execArgv: ['--max-semi-space-size=1'],
      env: {},
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      detached: true,
    });
    this.pid = this.#process.pid ?? 0;
    // It must not keep the server from ending.
    this.#process.unref();
    this.#process.channel?.unref();
    this.#process.on('message', (news: StarterNews, pipe: unknown) => this.#hear(news, pipe as Socket));
    const end = () => {
      this.isReady = false;
      this.#lose();
      ended();
    };
    this.#process.once('error', end);
    this.#process.once('exit', end);
  }

  spawn({ file, args, env, cwd }: Command): Promise<Spawned> {
    const id = ++this.#last;
    return new Promise((resolve, reject) => {
      const remote = new Remote(() => this.#expectEnd(id));
      const late = setTimeout(() => this.#process.kill('SIGKILL'), ANSWER_MS);
      const done =
        <T>(settle: (value: T) => void) =>
        (value: T) => {
          clearTimeout(late);
          this.#starting.delete(id);
          settle(value);
        };
      this.#starting.set(id, { remote, resolve: done(resolve), reject: done(reject) });
      const order: StartOrder = { id, file, args, env, cwd };
      // If it has just ended, `#lose` follows.
      if (this.#process.connected) this.#process.send(order, () => {});
    });
  }

  close(): void {
    this.isReady = false;
    if (this.#process.connected) this.#process.disconnect();
  }

  /** Ends the process beside if it does not tell of an end that must have come: it hangs. */
  #expectEnd(id: number): void {
    const hangs = () => this.#running.has(id) && this.#process.kill('SIGKILL');
    setTimeout(hangs, ANSWER_MS).unref();
  }

  #hear(news: StarterNews, pipe: Socket | undefined): void {
    if (news.is === 'ready') {
      this.isReady = this.#process.connected;
      return;
    }
    const { id } = news;
    const starting = this.#starting.get(id);
    const remote = starting?.remote ?? this.#running.get(id);
    if (!remote) return;
    switch (news.is) {
      case 'failed':
        starting?.reject(new Error(news.error));
        return;
      case 'stdin':
        this.#took(news.tookMs);
        remote.pid = news.pid;
        remote.stdin = pipe ?? null;
        return;
      case 'stdout':
        remote.stdout = pipe ?? null;
        return;
      case 'stderr':
        remote.stderr = pipe ?? null;
        this.#running.set(id, remote);
        if (remote.stdout && remote.stderr) starting?.resolve(remote);
        else {
          remote.kill('SIGKILL');
          starting?.reject(new Error('There are no files left for its pipes.'));
        }
        return;
      case 'exited':
        this.#end(id, remote, news.exitCode, news.signal);
    }
  }

  /** The process beside has ended, and all that it started die with it, or are killed here. */
  #lose(): void {
    for (const { reject } of [...this.#starting.values()])
      reject(new Error('The process that starts others has ended.'));
    for (const [id, remote] of [...this.#running]) {
      remote.kill('SIGKILL');
      this.#end(id, remote, null, 'SIGKILL');
    }
  }

  #end(id: number, remote: Remote, exitCode: number | null, signal: NodeJS.Signals | null): void {
    this.#running.delete(id);
    remote.hasEnded = true;
    // After whoever waits for its start has had a look at it.
    setImmediate(() => {
      remote.stdin?.destroy();
      remote.emit('exit', exitCode, signal);
      const { stdin, stdout, stderr } = remote;
      const pipes = [stdin, stdout, stderr].filter((pipe) => pipe !== null && !pipe.closed);
      let open = pipes.length;
      const closed = () => --open === 0 && remote.emit('close');
      for (const pipe of pipes) pipe?.once('close', closed);
      if (open === 0) remote.emit('close');
    });
  }
}
