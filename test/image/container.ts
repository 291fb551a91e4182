/** Starts an image as a container engine would: in its file system, as a user, with only what it is given. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import process from 'node:process';
import { childrenOf } from '../contract/processes.ts';
import type { Image } from './build.ts';

/** How a container differs from what the image says. */
export type Options = {
  /** Folder on this machine that is mounted at the image's volume. */
  data: string;
  /** Numbers of the user and the group. */
  user?: string;
  command?: string[];
  env?: Record<string, string>;
  /** Whether it has process numbers of its own, and is the first. */
  isFirst?: boolean;
};

// The file system is read-only but for the volume. `pivot_root` and not `chroot`, in which there are no namespaces.
const START = `
set -e
mount --bind "$1" "$1"
mount --bind "$2" "$1$3"
mount --rbind /dev "$1/dev"
mount --rbind /sys "$1/sys"
mount -t proc proc "$1/proc"
mount -o remount,bind,ro "$1"
cd "$1"
pivot_root . .
umount -l .
cd "$4"
shift 4
exec setpriv "$@"`;

/** Rights as with \`--cap-drop ALL --security-opt no-new-privileges\`. */
function asUser(user: string, command: readonly string[]): string[] {
  const [uid = '', gid = uid] = user.split(':');
  const rights = ['--clear-groups', '--inh-caps=-all', '--bounding-set=-all', '--no-new-privs'];
  return [`--reuid=${uid}`, `--regid=${gid}`, ...rights, '--', ...command];
}

export class Container {
  readonly uid: number;
  readonly #process: ChildProcess;
  readonly #user: string;
  readonly #env: Record<string, string>;
  readonly #before: number[];
  #output = '';

  constructor(
    image: Image,
    { data, user = image.user, command = image.command, env = {}, isFirst }: Options,
  ) {
    this.#user = user;
    this.#env = { ...image.env, ...env };
    this.uid = Number(user.split(':')[0]);
    this.#before = processesOf(this.uid);
    const namespaces = ['--mount', ...(isFirst ? ['--pid', '--fork', '--kill-child'] : [])];
    const given = [image.root, data, image.volume, image.folder, ...asUser(user, command)];
    this.#process = spawn('unshare', [...namespaces, '/bin/sh', '-c', START, 'sh', ...given], {
      env: this.#env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on('data', (bytes) => {
        this.#output += bytes;
      });
  }

  /** What it has printed. */
  get output(): string {
    return this.#output;
  }

  /** The number of its first process on this machine. */
  get pid(): number {
    const { pid = 0 } = this.#process;
    return childrenOf(pid).find((one) => fs.readFileSync(`/proc/${one}/comm`, 'utf8') === 'tini\n') ?? pid;
  }

  /** Resolves with the address that the server prints. Rejects if it ends before. */
  async url(): Promise<string> {
    while (!/http:\S+/.test(this.#output)) {
      if (this.#process.exitCode !== null) throw new Error(this.#output);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return /http:\S+/.exec(this.#output)?.[0] ?? '';
  }

  /** Runs a command in it, and returns its exit code and output. */
  execute(command: readonly string[]): { exitCode: number | null; output: string } {
    const inside = ['--target', String(this.pid), '--mount', '--root', '--wd', 'setpriv'];
    const { status, stdout, stderr } = spawnSync('nsenter', [...inside, ...asUser(this.#user, command)], {
      env: this.#env,
      encoding: 'utf8',
    });
    return { exitCode: status, output: stdout + stderr };
  }

  /** Its processes, besides those of the same user that were there before. */
  get processes(): number[] {
    return processesOf(this.uid).filter((pid) => !this.#before.includes(pid));
  }

  /** Ends it as an engine does. Returns its exit code. */
  async stop(): Promise<number | null> {
    if (this.#process.exitCode !== null) return this.#process.exitCode;
    const exited = once(this.#process, 'exit');
    process.kill(this.pid, 'SIGTERM');
    const timer = setTimeout(() => process.kill(this.pid, 'SIGKILL'), 10_000);
    await exited;
    clearTimeout(timer);
    return this.#process.exitCode;
  }
}

/** Returns the processes of a user, those included that have ended and were not removed. */
function processesOf(uid: number): number[] {
  return fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return fs.readFileSync(`/proc/${pid}/status`, 'utf8').includes(`\nUid:\t${uid}\t`);
      } catch {
        return false;
      }
    });
}

/** Reports whether a process has ended, and was not removed. */
export function isZombie(pid: number): boolean {
  try {
    return /^State:\tZ/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
