/** Kills and stops processes below the server while it serves. */
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { below } from '../../attack/remains.ts';
import { commandOf } from '../../contract/processes.ts';
import { between, type Draw, pick } from './draw.ts';
import { KILL_MS, KILLS } from './workload.ts';

/** Kills again and again until `signal` aborts. Calls `killed` with what was done. */
export async function keepKilling(
  server: number,
  draw: Draw,
  signal: AbortSignal,
  killed: (what: string) => void,
): Promise<void> {
  while (!signal.aborted) {
    await pause(between(draw, ...KILL_MS), null, { signal }).catch(() => {});
    const kill = pick(draw, KILLS);
    const place = draw();
    const victims = signal.aborted ? [] : below(server).filter((pid) => kill.command.test(commandOf(pid)));
    const victim = victims[Math.floor(place * victims.length)];
    if (victim === undefined) continue;
    try {
      process.kill(victim, kill.signal);
      killed(kill.name);
    } catch {
      // It has just ended.
    }
  }
}
