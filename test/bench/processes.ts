/** Starts processes for the benchmarks and measures the memory of process trees. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import { createInterface } from 'node:readline';

/** Starts a script that prints its address, and waits for the address. */
export async function startServer(
  script: string,
  env: Record<string, string>,
): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [script], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    // A session of its own, as a service has: Linux shares out cores between sessions.
    detached: true,
  });
  // Nor does it receive a Ctrl-C.
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => end(child).finally(() => process.exit(1)));
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, url };
}

/** Ends a process and waits for its exit. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}

/** Returns the resident memory of a process in bytes; 0 once it has ended. */
function residentBytes(pid: number): number {
  try {
    const text = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(text)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Returns for how long the threads of a process have run on a core, in ms: see proc_pid_schedstat. */
export function ranMs(pid: number): number {
  const tasks = fs.readdirSync(`/proc/${pid}/task`);
  const ranNs = (task: string) =>
    Number(fs.readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  return tasks.reduce((sum, task) => sum + ranNs(task), 0) / 1e6;
}

function childrenOf(pid: number): number[] {
  try {
    const text = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Samples the memory of `pids()` and all their descendants; `stop` returns the peak of their sum. */
export function watchMemory(pids: () => number[]): { stop(): number } {
  let peak = 0;
  const timer = setInterval(() => {
    const all = new Set<number>();
    const add = (pid: number) => {
      all.add(pid);
      for (const child of childrenOf(pid)) add(child);
    };
    for (const pid of pids()) add(pid);
    peak = Math.max(
      peak,
      [...all].reduce((sum, pid) => sum + residentBytes(pid), 0),
    );
  }, 10);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}
