/** Servers to attack: one for each level of sandbox. */
import fs from 'node:fs';
import type { JavaScript, Runtime } from '../../server/spec/runtimes.ts';
import { dataFolder, ServerProcess } from '../runtime/server-process.ts';
import { Client } from './client.ts';
import type { Targets } from './target.ts';

export const LEVELS = ['jail', 'permissions'] as const;
export type Level = (typeof LEVELS)[number];

/** A server at a level. */
export class Attacked {
  readonly process: ServerProcess;
  /** Where the programs of its runs are. */
  readonly sandboxFolder: string;

  /** Starts one whose passes end after `passSeconds`, and whose environment has the canary. */
  constructor(
    runtime: JavaScript,
    level: Level,
    targets: Targets,
    passSeconds: number,
    env: Record<string, string> = {},
  ) {
    const folder = dataFolder();
    this.sandboxFolder = `${folder}-sandbox`;
    this.process = new ServerProcess(runtime, folder, {
      CANARY: targets.canary,
      SANDBOX: level,
      SANDBOX_DIR: this.sandboxFolder,
      PASS_SECONDS: String(passSeconds),
      // Processes that are kept ready would be there before and after.
      READY: '0',
      RUNS_PER_MINUTE: '100000',
      MAX_RUNS_PERSON: '1000',
      CPU_SECONDS_PER_HOUR: '1000000',
      ...env,
    });
  }

  /** Resolves once it listens. Rejects with the reason if the machine does not have the level. */
  async client(): Promise<{ client: Client; runtimes: Runtime[] }> {
    const client = new Client(new URL('/', await this.process.url()).href);
    const { sandbox } = await client.health();
    return { client, runtimes: sandbox.runtimes };
  }

  /** Ends it, with all that it started. */
  async destroy(): Promise<void> {
    await this.process.destroy();
    fs.rmSync(this.sandboxFolder, { recursive: true, force: true });
  }
}
