/** The shared list and the counter, in memory that the threads of a process share. */
import { toJson } from '../../program/json.ts';
import { Memory, newMemory } from '../../program/memory.ts';
import type { Shared } from '../../program/types.ts';
import { setup } from './setup.ts';

export const buffer = setup?.memory ?? newMemory();
const memory = new Memory(buffer);

export const sharedMemory: Shared = {
  push(value) {
    const json = toJson(value);
    return memory.exclusively(() => memory.push(json));
  },
  values: () => memory.exclusively(() => memory.values()),
  counter: {
    read: () => memory.read(),
    write: (value) => memory.write(value),
    add: (amount = 1) => memory.add(amount),
  },
};
