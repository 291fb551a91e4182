/**
 * The guard: a small shell process beside the server. If the server dies in any way, it kills every process of every
 * run. It also reads their usage from the system, which the server's own permissions on Deno do not allow.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readLines } from './lines.ts';

/** What a process uses, as counted by the system. `isStopped`: it is stopped by a signal, or by a debugger. */
export type Usage = { rssBytes: number; cpuMs: number; isStopped?: boolean };

// `read` from /proc starts no further process. Each program process leads its own group, so its group is killed with
// it.
const SCRIPT = `
trap '' INT TERM HUP
echo "$(getconf PAGESIZE) $(getconf CLK_TCK)"
pids=" "
while read -r op pid; do
  case $op in
    +) pids="$pids$pid " ;;
    -) pids="\${pids%% $pid *} \${pids#* $pid }" ;;
    \\?) for p in $pids; do read -r stat < /proc/$p/stat && echo "$stat"; done 2>/dev/null ;;
  esac
done
for p in $pids; do kill -9 "-$p" || kill -9 "$p"; done 2>/dev/null
`;

/** The system's units, which are the shell's first line. */
type Units = { pageBytes: number; tickMs: number };

const SAMPLE_MS = 250;
/** Pause before a shell that died without any output is started again, in ms. */
const RETRY_MS = 1000;
/** How long the shell has to end when asked, in ms: a stopped shell does not react. */
const CLOSE_MS = 1000;

export class Guard {
  #shell: ChildProcess;
  #watched = new Map<number, (usage: Usage) => void>();
  #timer: NodeJS.Timeout | null = null;
  #restart: NodeJS.Timeout | undefined;
  #isClosing = false;

  constructor() {
    this.#shell = this.#start();
  }

  /** The shell's process id; undefined if it could not be started. */
  get pid(): number | undefined {
    return this.#shell.pid;
  }

  /** Starts a shell that watches all watched processes. If it dies, another takes its place. */
  #start(): ChildProcess {
    const shell = spawn('/bin/sh', ['-c', SCRIPT], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
      env: {},
    });
    let units: Units | null = null;
    shell.on('error', (error) =>
      console.error('guard: cannot start /bin/sh; if the server is killed, its runs continue', error),
    );
    // A write after it died fails; the next shell gets the whole list.
    shell.stdin?.on('error', () => {});
    readLines(shell.stdout, 4096, (line) => {
      if (units) this.#read(line, units);
      else units = parseUnits(line);
    });
    shell.once('exit', (exitCode, signal) => {
      if (this.#isClosing) return;
      console.error(`guard: its shell ended (${signal ?? exitCode}); another is started`);
      const start = () => {
        this.#shell = this.#start();
      };
      if (units) start();
      else this.#restart = setTimeout(start, RETRY_MS);
    });
    for (const pid of this.#watched.keys()) shell.stdin?.write(`+ ${pid}\n`);
    return shell;
  }

  /**
   * Watches a process until `unwatch`. Calls `onUsage` four times a second with what it uses, if the system reports it.
   */
  watch(pid: number, onUsage: (usage: Usage) => void): void {
    this.#watched.set(pid, onUsage);
    this.#shell.stdin?.write(`+ ${pid}\n`);
    this.#timer ??= setInterval(() => this.#shell.stdin?.write('?\n'), SAMPLE_MS);
  }

  /** Stops watching a process. Call it as soon as the process has ended: its number may soon be reused. */
  unwatch(pid: number): void {
    if (!this.#watched.delete(pid)) return;
    this.#shell.stdin?.write(`- ${pid}\n`);
    if (this.#watched.size > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Ends the guard, and with it every process still watched. */
  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#timer) clearInterval(this.#timer);
    clearTimeout(this.#restart);
    const shell = this.#shell;
    if (shell.exitCode !== null || shell.signalCode !== null || shell.pid === undefined) return;
    const exited = new Promise((resolve) => shell.once('exit', resolve));
    shell.stdin?.end();
    const timer = setTimeout(() => shell.kill('SIGKILL'), CLOSE_MS);
    await exited;
    clearTimeout(timer);
  }

  /** Reads a line of /proc/PID/stat: see proc_pid_stat(5). */
  #read(line: string, { pageBytes, tickMs }: Units): void {
    // The name, in brackets, may contain spaces and brackets, so fields are counted from its end.
    const pid = Number.parseInt(line, 10);
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const [userTicks, systemTicks, rssPages] = [fields[11], fields[12], fields[21]].map(Number);
    if (userTicks === undefined || systemTicks === undefined || rssPages === undefined) return;
    const isStopped = fields[0] === 'T' || fields[0] === 't';
    const usage = { rssBytes: rssPages * pageBytes, cpuMs: (userTicks + systemTicks) * tickMs, isStopped };
    if (Number.isFinite(usage.rssBytes + usage.cpuMs)) this.#watched.get(pid)?.(usage);
  }
}

function parseUnits(line: string): Units {
  const [pageBytes = 4096, ticks = 100] = line.split(' ').map(Number);
  return { pageBytes, tickMs: 1000 / ticks };
}
