/**
 * The small process beside the server that starts others, as the server sees it. It listens on a socket. To have a process
 * started, the server connects to it three times, and sends an order: those three connections become the new process's
 * standard input, output and error, so the server talks to it directly.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import fs from 'node:fs';
import net, { type Socket } from 'node:net';
import process from 'node:process';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Command, executable } from './runtimes.ts';
import type { Spawned, Spawner } from './spawned.ts';

/** A process to start. Processes are numbered by `id`. */
export type StartOrder = Pick<Command, 'file' | 'args' | 'env' | 'cwd'> & { id: number };
/** A process that it has started is to get a signal. */
export type KillOrder = { id: number; signal: NodeJS.Signals };

/**
 * What the server hears, a line of JSON each: that the process beside listens, and of each process that it starts.
 * `tookMs`: how long the start held up its thread.
 */
export type StarterNews =
  | { is: 'ready' }
  | { id: number; is: 'started'; pid: number; tookMs: number }
  | { id: number; is: 'failed'; error: string }
  | { id: number; is: 'exited'; exitCode: number | null; signal: NodeJS.Signals | null };

/** Longest that a start may take, or the end of a process that has been killed, in ms. */
const ANSWER_MS = 10_000;
/**
 * How long the standard input of a process that has ended may take to close by itself, in ms: another may have inherited
 * it. On Deno, a connection that is closed while its end is on its way is never freed.
 */
const CLOSE_MS = 100;
const FILE = fileURLToPath(new URL('./starter-process.ts', import.meta.url));
/** What a connection to its socket fails with once it has ended. */
const CLOSED = ['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE'];

/** Thrown if the process beside has ended before it has started what was ordered. */
export class GoneError extends Error {
  constructor(cause?: unknown) {
    super('The process that starts others has ended.', { cause });
  }
}

/** A process that is being started, or runs. */
class Remote extends EventEmitter implements Spawned {
  pid = 0;
  readonly stdin: Socket;
  readonly stdout: Socket;
  readonly stderr: Socket;
  hasEnded = false;
  readonly #beside: { kill(signal: NodeJS.Signals): void; killed(): void };

  /** `kill` asks the process beside to send a signal; `killed` is called when it has been killed. */
  constructor(
    [stdin, stdout, stderr]: readonly [Socket, Socket, Socket],
    beside: { kill(signal: NodeJS.Signals): void; killed(): void },
  ) {
    super();
    [this.stdin, this.stdout, this.stderr] = [stdin, stdout, stderr];
    this.#beside = beside;
  }

  get pipes(): readonly Socket[] {
    return [this.stdin, this.stdout, this.stderr];
  }

  /** Sends it itself: the process beside may hang. Until that has told of the end, the number is hardly another's. */
  kill(signal: NodeJS.Signals): void {
    if (this.hasEnded) return;
    try {
      process.kill(this.pid, signal);
    } catch (error) {
      // It has ended; or, on Deno, the server may send signals only to its own children.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) this.#beside.kill(signal);
    }
    if (signal === 'SIGKILL') this.#beside.killed();
  }
}

type Starting = { remote: Remote; resolve: (remote: Remote) => void; reject: (error: Error) => void };

/** The process beside the server. `took` hears how long each start took; `ended` is called when it has ended, in any way. */
export class Beside implements Spawner {
  readonly pid: number;
  #isReady = false;
  #hasEnded = false;
  readonly #socket: string;
  readonly #took: (ms: number) => void;
  readonly #process: ChildProcess;
  #last = 0;
  #starting = new Map<number, Starting>();
  #running = new Map<number, Remote>();
  /** The latest order. One after another: the process beside knows connections by the order in which they come. */
  #ordered: Promise<unknown> = Promise.resolve();

  constructor(socket: string, took: (ms: number) => void, ended: () => void) {
    this.#socket = socket;
    this.#took = took;
    // It makes hardly any objects.
    const args = ['--max-semi-space-size=1', '--no-warnings', FILE, socket];
    this.#process = spawn(executable('node'), args, {
      env: {},
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    this.pid = this.#process.pid ?? 0;
    // It must not keep the server from ending.
    this.#process.unref();
    const { stdin, stdout } = this.#process;
    for (const pipe of [stdin, stdout]) if (pipe instanceof net.Socket) pipe.unref();
    // The end of the process says more.
    stdin?.on('error', () => {});
    if (stdout)
      readline.createInterface({ input: stdout }).on('line', (line) => this.#hear(JSON.parse(line)));
    const end = () => {
      if (this.#hasEnded) return;
      this.#hasEnded = true;
      this.#isReady = false;
      this.#lose();
      ended();
    };
    this.#process.once('error', end);
    this.#process.once('exit', end);
  }

  /** Whether it listens. Programs that clean temporary folders remove its socket; what it has started goes on. */
  get canBeReached(): boolean {
    return this.#isReady && fs.existsSync(this.#socket);
  }

  spawn(command: Command): Promise<Spawned> {
    const late = setTimeout(() => this.#process.kill('SIGKILL'), ANSWER_MS);
    const ordered = this.#ordered.then(() => this.#order(command));
    this.#ordered = ordered.catch(() => {});
    return ordered.then(({ started }) => started).finally(() => clearTimeout(late));
  }

  /** Resolves when the order is on its way, with what resolves when the process has started. */
  async #order({ file, args, env, cwd }: Command): Promise<{ started: Promise<Spawned> }> {
    const stdin = await this.#connected();
    // From here on, what it has of the connections is in disorder if one fails.
    const disorder = (error: unknown) => {
      this.#process.kill('SIGKILL');
      throw error;
    };
    const stdout = await this.#connected().catch(disorder);
    const stderr = await this.#connected().catch(disorder);
    // It may have ended before this was told that it had accepted them.
    if (this.#hasEnded) throw new GoneError();
    const pipes = [stdin, stdout, stderr] as const;
    const id = ++this.#last;
    const remote = new Remote(pipes, {
      kill: (signal) => this.#write({ id, signal }),
      killed: () => this.#expectEnd(id),
    });
    const { promise: started, resolve, reject } = Promise.withResolvers<Spawned>();
    this.#starting.set(id, { remote, resolve, reject });
    started.catch(() => {
      for (const pipe of pipes) pipe.destroy();
    });
    this.#write({ id, file, args, env, cwd });
    return { started };
  }

  #write(order: StartOrder | KillOrder): void {
    this.#process.stdin?.write(`${JSON.stringify(order)}\n`);
  }

  async #connected(): Promise<Socket> {
    const socket = net.connect(this.#socket);
    await once(socket, 'connect').catch((error) => {
      if (!CLOSED.includes(error.code)) throw error;
      // Its end has not been told yet.
      this.#isReady = false;
      throw new GoneError(error);
    });
    socket.on('error', () => {});
    return socket;
  }

  close(): void {
    this.#isReady = false;
    this.#process.stdin?.end();
  }

  /** Ends the process beside if it does not tell of an end that must have come: it hangs. */
  #expectEnd(id: number): void {
    const hangs = () => this.#running.has(id) && this.#process.kill('SIGKILL');
    setTimeout(hangs, ANSWER_MS).unref();
  }

  #hear(news: StarterNews): void {
    if (news.is === 'ready') {
      this.#isReady = true;
      return;
    }
    const { id } = news;
    const starting = this.#starting.get(id);
    this.#starting.delete(id);
    if (news.is === 'failed') starting?.reject(new Error(news.error));
    if (news.is === 'started' && starting) {
      const { remote, resolve } = starting;
      this.#took(news.tookMs);
      remote.pid = news.pid;
      this.#running.set(id, remote);
      resolve(remote);
    }
    const remote = this.#running.get(id);
    if (news.is === 'exited' && remote) this.#end(id, remote, news.exitCode, news.signal);
  }

  /** The process beside has ended, and all that it started die with it, or are killed here. */
  #lose(): void {
    for (const { reject } of this.#starting.values()) reject(new GoneError());
    this.#starting.clear();
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
      setTimeout(() => remote.stdin.destroy(), CLOSE_MS).unref();
      remote.emit('exit', exitCode, signal);
      const pipes = remote.pipes.filter((pipe) => !pipe.closed);
      let open = pipes.length;
      const closed = () => --open === 0 && remote.emit('close');
      for (const pipe of pipes) pipe.once('close', closed);
      if (open === 0) remote.emit('close');
    });
  }
}
