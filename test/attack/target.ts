/** What attacks try to reach, made by the runner: a process to signal, a port to connect to, secrets to read. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { isAlive } from '../contract/processes.ts';
import type { Target } from './attack.ts';

/** Places in which no file of an attack may remain. */
const FOLDERS = ['/tmp', '/var/tmp', '/dev/shm', '/run', '/', '/root', os.tmpdir(), process.cwd()];

/** A target, and what has been done to it. */
export class Targets {
  readonly canary = `canary-${crypto.randomUUID()}`;
  readonly #mark = `attack-${crypto.randomUUID()}`;
  readonly #victim = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  #connections = 0;
  readonly #listener = net.createServer((socket) => {
    this.#connections++;
    socket.destroy();
  });

  /** Starts the listener. */
  async start(): Promise<void> {
    await once(this.#listener.listen(0), 'listening');
  }

  /** Returns what the programs of attacks know. `otherProgram`: that of another run. */
  of(server: { pid: number; folder: string; url: string }, otherProgram: string): Target {
    const address = this.#listener.address();
    const secretFile = path.join(server.folder, 'canary');
    fs.writeFileSync(secretFile, this.canary);
    return {
      canary: '',
      secretFile,
      database: path.join(server.folder, 'playground.sqlite'),
      dataFolder: server.folder,
      project: process.cwd(),
      otherProgram,
      serverPid: server.pid,
      serverPort: Number(new URL(server.url).port),
      listenerPort: typeof address === 'object' && address ? address.port : 0,
      victimPid: this.#victim.pid ?? 0,
      mark: this.#mark,
    };
  }

  /** Returns what was done to the target so far, as sentences; files are removed. */
  harm(folder: string): string[] {
    const harm: string[] = [];
    if (this.#connections > 0) harm.push(`It connected ${this.#connections} times.`);
    this.#connections = 0;
    const { pid = 0 } = this.#victim;
    if (!isAlive(pid)) harm.push('It killed a process.');
    else if (/^State:\s+T/m.test(fs.readFileSync(`/proc/${pid}/status`, 'utf8')))
      harm.push('It stopped a process.');
    for (const place of [...FOLDERS, folder]) {
      for (const name of fs
        .readdirSync(place, { encoding: 'utf8' })
        .filter((one) => one.startsWith(this.#mark))) {
        fs.rmSync(path.join(place, name), { recursive: true });
        harm.push(`It wrote ${path.join(place, name)}.`);
      }
    }
    return [...new Set(harm)];
  }

  close(): void {
    this.#victim.kill('SIGKILL');
    this.#listener.close();
  }
}
