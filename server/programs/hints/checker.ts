/**
 * A TypeScript process that checks programs: the native executable, through its unstable api. Everything that it reads
 * is given to it (files.ts), so a program cannot make it read the disk.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import type { Guard } from '../../launch/guard.ts';
import { type Diagnostic, parseDiagnostics } from './diagnostics.ts';
import { CONFIG, compilerFolder, GLOBALS_FILE, PROGRAM } from './files.ts';
import { afterSpace, before, insert, missingTypes } from './parameters.ts';
import { Rpc } from './rpc.ts';
import { Tree } from './tree.ts';

/** Limits of a process. */
export type Limits = {
  /** Longest check, in ms; a usual one takes about 10. */
  checkMs: number;
  /** Longest start, in ms; a usual one takes about 150. */
  startMs: number;
  /** Most memory, in bytes; a usual process takes about 40 MiB. */
  rssBytes: number;
};

/** What is wrong with a program, by TypeScript's errors, and the calls whose promises nothing waits for. */
export type Found = { errors: Diagnostic[]; floating: { pos: number; end: number }[] };

/** The requests that the process makes: with an answer to all of them it reads nothing else. */
const CALLBACKS = 'readFile,fileExists,directoryExists,getAccessibleEntries,realpath';

/**
 * Sets what the system can limit before the executable starts. `-v`: Go reserves 1.2 GiB of addresses at its start, so
 * this only stops what grows faster than the guard looks. It gives way to the runs, and ends first when memory is short.
 * Where a limit is unknown, the process starts without it.
 */
const START = `ulimit -c 0; ulimit -f 0; ulimit -v 2500000
echo 1000 >/proc/self/oom_score_adj
nice=$(command -v nice) && exec "$nice" -n 10 "$@"
exec "$@"`;

/** Statements that are looked at for a promise. */
const MAX_CALLS = 200;

/** A state of the files, about which the process can be asked. */
type Loaded = { ask(method: string, more?: object): Promise<unknown>; release(): Promise<unknown> };

const SNAPSHOT = z.object({ snapshot: z.number(), projects: z.array(z.object({ id: z.string() })).min(1) });
const SOURCE_FILE = z.object({ data: z.string() });
const TYPE = z.object({ target: z.number().optional() }).nullable();

/** A TypeScript process. It checks one program at a time. */
export class Checker {
  /** Resolves when it has ended. Never rejects. */
  readonly ended: Promise<void>;
  /** Its memory when it was last looked at, in bytes. */
  rssBytes = 0;
  isEnded = false;
  /** Whether it has been ready for a check. */
  wasReady = false;
  #isKilled = false;
  #process: ChildProcess;
  #rpc: Rpc;
  #files: Map<string, string>;
  #limits: Limits;
  #opened: Promise<void>;

  /** Starts a process with `files`, which stay the same. If it cannot start, `check` rejects. */
  constructor(guard: Guard, files: ReadonlyMap<string, string>, limits: Limits) {
    this.#files = new Map(files).set(PROGRAM, '');
    this.#limits = limits;
    const compiler = path.join(compilerFolder(), process.platform === 'win32' ? 'tsc.exe' : 'tsc');
    const args = ['--api', '--async', '--cwd', '/', `--callbacks=${CALLBACKS}`];
    const command = guard.command({ file: '/bin/sh', args: ['-c', START, 'sh', compiler, ...args] });
    const child = spawn(command.file, command.args, {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
      // Go then collects garbage more often before it comes near its limit.
      env: { GOMEMLIMIT: String(Math.floor(limits.rssBytes * 0.6)), GOMAXPROCS: '2' },
    });
    this.#process = child;
    this.#rpc = new Rpc(
      child.stdin,
      child.stdout,
      (method, name) => this.#answer(method, String(name)),
      () => this.kill(),
    );
    this.ended = new Promise((resolve) => {
      const end = (why: string) => {
        this.isEnded = true;
        if (child.pid !== undefined) guard.unwatch(child.pid);
        this.#rpc.fail(new Error(`The type checker ${why}.`));
        resolve();
      };
      child.once('error', (error) => end(`cannot start: ${error.message}`));
      child.once('exit', (exitCode, signal) => end(`has ended (${signal ?? exitCode})`));
    });
    if (child.pid !== undefined) {
      guard.watch(child.pid, {
        usage: ({ rssBytes }) => {
          this.rssBytes = rssBytes;
          if (rssBytes > limits.rssBytes) this.kill();
        },
        unseen: () => this.kill(),
      });
    }
    this.#opened = this.#within(limits.startMs, this.#open());
    this.#opened.then(
      () => {
        this.wasReady = true;
      },
      () => {},
    );
  }

  /**
   * Checks a program, whose lines end with `\n`. Rejects if the process ends or takes too long; it is then of no more
   * use.
   */
  async check(code: string): Promise<Found> {
    await this.#opened;
    return this.#within(this.#limits.checkMs, this.#check(code));
  }

  /** Its process id; undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Whether it has ended although `kill` was not called: it crashed, or somebody else killed it. */
  get endedByItself(): boolean {
    return this.isEnded && !this.#isKilled;
  }

  /** Kills it at once. */
  kill(): void {
    this.#isKilled = true;
    this.#process.kill('SIGKILL');
  }

  async #open(): Promise<void> {
    await this.#rpc.request('initialize', null);
    await this.#rpc.request('updateSnapshot', { openProjects: [CONFIG] });
    // The first check binds the libraries.
    await this.#check('');
  }

  async #check(code: string): Promise<Found> {
    const first = await this.#load(code);
    const syntax = parseDiagnostics(await first.ask('getSyntacticDiagnostics'));
    if (syntax.length > 0) {
      await first.release();
      return { errors: syntax, floating: [] };
    }
    const firstTree = new Tree(SOURCE_FILE.parse(await first.ask('getSourceFile')).data);
    const insertions = missingTypes(firstTree, code);
    if (insertions.length === 0) return this.#look(first, code, firstTree);
    await first.release();
    const typed = insert(code, insertions);
    const second = await this.#load(typed);
    const tree = new Tree(SOURCE_FILE.parse(await second.ask('getSourceFile')).data);
    const { errors, floating } = await this.#look(second, typed, tree);
    const place = ({ pos, end }: { pos: number; end: number }) => ({
      pos: before(insertions, pos),
      end: before(insertions, end),
    });
    const mapped = errors.map((error) => ({
      ...error,
      ...place(error),
      relatedInformation: error.relatedInformation?.map((one) => ({
        ...one,
        ...(one.fileName === PROGRAM && place(one)),
      })),
    }));
    return { errors: mapped, floating: floating.map(place) };
  }

  /** Gives the program's file a text. */
  async #load(code: string): Promise<Loaded> {
    this.#files.set(PROGRAM, code);
    const changed = { fileChanges: { changed: [PROGRAM] } };
    const { snapshot, projects } = SNAPSHOT.parse(await this.#rpc.request('updateSnapshot', changed));
    const project = projects[0]?.id;
    return {
      ask: (method: string, more: object = { file: PROGRAM }) =>
        this.#rpc.request(method, { snapshot, project, ...more }),
      release: () => this.#rpc.request('release', { snapshot }),
    };
  }

  /** Looks for errors and for promises that nothing waits for. */
  async #look({ ask, release }: Loaded, code: string, tree: Tree): Promise<Found> {
    const errors = parseDiagnostics(await ask('getSemanticDiagnostics'));
    const calls = loneCalls(tree, code).slice(0, MAX_CALLS);
    const floating: Found['floating'] = [];
    if (calls.length > 0) {
      const locations = calls.map((node) => `${node}.${tree.kind(node)}.${PROGRAM}`);
      const types = z.array(TYPE).parse(await ask('getTypeAtLocations', { locations }));
      // The globals begin with a promise.
      const promise = TYPE.parse(await ask('getTypeAtPosition', { file: GLOBALS_FILE, position: 12 }));
      for (const [at, node] of calls.entries()) {
        const target = types[at]?.target;
        if (target === undefined || target !== promise?.target) continue;
        floating.push({ pos: afterSpace(code, tree.start(node)), end: tree.end(node) });
      }
    }
    await release();
    return { errors, floating };
  }

  #answer(method: string, name: string): unknown {
    switch (method) {
      case 'readFile':
        return { content: this.#files.get(name) ?? null };
      case 'fileExists':
        return this.#files.has(name);
      case 'directoryExists':
        return [...this.#files.keys()].some((file) => file.startsWith(name.replace(/\/?$/, '/')));
      case 'getAccessibleEntries':
        return { files: [], directories: [] };
      default:
        return name;
    }
  }

  /** Passes on the result, or kills the process after a time. */
  async #within<T>(ms: number, result: Promise<T>): Promise<T> {
    const timer = setTimeout(() => this.kill(), ms);
    try {
      return await result;
    } finally {
      clearTimeout(timer);
    }
  }
}

/** Returns the calls that are statements, but for those that end with a handler or begin with a bracket. */
function loneCalls(tree: Tree, code: string): number[] {
  const calls: number[] = [];
  tree.each((node) => {
    if (!tree.is(node, 'CallExpression') || !tree.is(tree.parent(node), 'ExpressionStatement')) return;
    const callee = code.slice(afterSpace(code, tree.start(node)), tree.end(node + 1));
    if (!callee.startsWith('(') && !/\.\s*(then|catch|finally)$/.test(callee)) calls.push(node);
  });
  return calls;
}
