/** Kills and stops processes below the server while it serves. */
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { below } from '../../attack/remains.ts';
import { commandOf } from '../../contract/processes.ts';
import { between, type Draw } from './draw.ts';
import type { Kill } from './workload.ts';

/** How often each kill has happened, by its name. */
export type Killed = Map<string, number>;

/**
 * Kills again and again until `signal` aborts: each time in the way that has happened least for its weight, of those
 * that find somebody. Counts them in `killed`.
 */
export async function keepKilling(
  server: number,
  draw: Draw,
  [kills, pauseMs]: readonly [readonly Kill[], readonly [number, number]],
  signal: AbortSignal,
  killed: Killed,
): Promise<void> {
  const share = ({ name, weight }: Kill) => (killed.get(name) ?? 0) / weight;
  while (!signal.aborted) {
    await pause(between(draw, ...pauseMs), null, { signal }).catch(() => {});
    const place = draw();
    if (signal.aborted) return;
    const commands = below(server).map((pid) => [pid, commandOf(pid)] as const);
    for (const kill of kills.toSorted((one, other) => share(one) - share(other))) {
      const victims = commands.filter(([, command]) => kill.command.test(command));
      const [victim] = victims[Math.floor(place * victims.length)] ?? [];
      if (victim === undefined) continue;
      try {
        process.kill(victim, kill.signal);
        killed.set(kill.name, (killed.get(kill.name) ?? 0) + 1);
      } catch {
        // It has just ended.
      }
      break;
    }
  }
}
