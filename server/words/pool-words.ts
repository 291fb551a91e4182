/** Why fewer lanes than jobs work at a time. */
import type { MemoryPool } from '../spec/lanes.ts';

/** Says beside a pass that its jobs share a pool: `3 at a time: this server has 256 MiB for programs`. */
export function poolWords({ lanes, memoryMib }: MemoryPool): string {
  return `${lanes} at a time: this server has ${memoryMib} MiB for programs`;
}
