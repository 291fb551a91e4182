/** What a server tells the others of itself, and takes from them for runs. */
import { createHmac } from 'node:crypto';
import os from 'node:os';
import type { SandboxFacts } from '../../launch/sandbox.ts';
import type { Settings } from '../../settings.ts';
import type { Ability } from '../../store/cluster.ts';
import type { Health } from '../health.ts';
import type { Runners } from './runners.ts';

/** Returns what a server can execute now: nothing while it cannot watch over it. */
export function abilityOf(health: Health, { level, versions, missing }: SandboxFacts): Ability {
  const canRun = health.noRun === null;
  return {
    runtimes: canRun ? health.runtimes : [],
    sandboxed: canRun ? health.sandboxed : [],
    sandbox: { level, versions, missing },
  };
}

/** Returns the settings as they are for runs: with the cores and the memory of the largest server that executes them. */
export function settingsOn(runners: Runners, settings: Settings): Settings {
  return {
    ...settings,
    get CORES() {
      return runners.cores || settings.CORES;
    },
    get MEMORY_MIB() {
      return runners.memoryMib || settings.MEMORY_MIB;
    },
  };
}

/** Returns what tells this machine from others. It is public, so it is not the host's name itself. */
export function machineName(secret: string): string {
  return createHmac('sha256', secret).update(os.hostname()).digest('hex').slice(0, 8);
}
