/**
 * The guard: a small shell process beside the server. It kills every process of every run when the server dies,
 * however it dies, and reads from the system what they use, which the server's own permissions on Deno do not allow.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readLines } from './lines.ts';

/** What a process uses, as the system counts it. */
export type Usage = { rssBytes: number; cpuMs: number };

// `read` from /proc needs no further process. Each program process leads its own group, so its group goes with it.
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

const SAMPLE_MS = 250;

export class Guard {
  #shell: ChildProcess;
  #watched = new Map<number, (usage: Usage) => void>();
  #timer: NodeJS.Timeout | null = null;
  #pageBytes = 0;
  #tickMs = 0;

  constructor() {
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT], {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
      env: {},
    });
    this.#shell.on('error', (error) =>
      console.error('guard: cannot start /bin/sh; if the server is killed, its runs go on', error),
    );
    // Written to after it died: the runs go on unguarded, as was said above.
    this.#shell.stdin?.on('error', () => {});
    readLines(this.#shell.stdout, 4096, (line) => this.#read(line));
  }

  /** Watches over a process until `unwatch`; `onUsage` is told four times a second what it uses, where the system tells. */
  watch(pid: number, onUsage: (usage: Usage) => void): void {
    this.#watched.set(pid, onUsage);
    this.#shell.stdin?.write(`+ ${pid}\n`);
    this.#timer ??= setInterval(() => this.#shell.stdin?.write('?\n'), SAMPLE_MS);
  }

  /** To be called as soon as a process has ended: its number may soon be another's. */
  unwatch(pid: number): void {
    if (!this.#watched.delete(pid)) return;
    this.#shell.stdin?.write(`- ${pid}\n`);
    if (this.#watched.size > 0 || !this.#timer) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Ends the guard, and with it every process still watched. */
  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    if (this.#shell.exitCode !== null || this.#shell.pid === undefined) return;
    const exited = new Promise((resolve) => this.#shell.once('exit', resolve));
    this.#shell.stdin?.end();
    await exited;
  }

  /** Reads a line: first the system's units, then lines of /proc/PID/stat (see proc_pid_stat(5)). */
  #read(line: string): void {
    if (this.#pageBytes === 0) {
      const [pageBytes = 4096, ticks = 100] = line.split(' ').map(Number);
      this.#pageBytes = pageBytes;
      this.#tickMs = 1000 / ticks;
      return;
    }
    // The name, in brackets, may hold spaces and brackets itself: count the fields from its end.
    const pid = Number.parseInt(line, 10);
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ');
    const [userTicks, systemTicks, rssPages] = [fields[11], fields[12], fields[21]].map(Number);
    if (userTicks === undefined || systemTicks === undefined || rssPages === undefined) return;
    const usage = { rssBytes: rssPages * this.#pageBytes, cpuMs: (userTicks + systemTicks) * this.#tickMs };
    if (Number.isFinite(usage.rssBytes + usage.cpuMs)) this.#watched.get(pid)?.(usage);
  }
}
