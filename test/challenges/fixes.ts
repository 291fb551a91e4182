/** A fix of each challenge's program, without the check at its end, and what the fix costs. */

export type Fix = {
  job: string;
  /** Whether jobs still overlap in some orders. */
  overlaps: boolean;
};

export const FIXES: Record<string, Fix> = {
  'lost-update': {
    overlaps: false,
    job: `export async function job(n, { shared }) {
  shared.counter.add(1);
}`,
  },
  'which-lock': {
    overlaps: false,
    job: `export async function job(n, { shared, lock }) {
  const door = lock('door');
  await door.acquire();
  const seen = shared.counter.read();
  shared.counter.write(seen + 1);
  door.release();
}`,
  },
  deadlock: {
    overlaps: false,
    job: `export async function job(n, { shared, lock }) {
  const [first, second] = [lock('account A'), lock('account B')];
  await first.acquire();
  await second.acquire();
  shared.push('payment ' + n);
  second.release();
  first.release();
}`,
  },
  semaphore: {
    overlaps: true,
    job: `export async function job(n, { shared, lock, semaphore }) {
  const brushes = semaphore('brushes', 2);
  const box = lock('box');
  await box.acquire();
  await brushes.acquire();
  shared.push('takes');
  await brushes.acquire();
  shared.push('takes');
  box.release();
  shared.push('paints');
  brushes.release();
  brushes.release();
}`,
  },
  'wait-notify': {
    overlaps: true,
    job: `export async function job(n, { shared, lock, condition }) {
  const kitchen = lock('kitchen');
  const served = condition('served');
  await kitchen.acquire();
  if (n === 0) {
    while (shared.counter.read() === 0) await served.wait(kitchen);
    kitchen.release();
    return shared.counter.read();
  }
  shared.counter.add(1);
  served.notify();
  kitchen.release();
}`,
  },
  'producer-consumer': {
    overlaps: true,
    job: `export async function job(n, { queue }) {
  if (n === 0) {
    await queue.put('first letter');
    await queue.put('second letter');
    return;
  }
  return [await queue.get(), await queue.get()];
}`,
  },
  'dining-philosophers': {
    overlaps: true,
    job: `export async function job(n, { lock }) {
  const forks = [n, (n + 1) % 3].sort();
  await lock('fork ' + forks[0]).acquire();
  await lock('fork ' + forks[1]).acquire();
  lock('fork ' + forks[1]).release();
  lock('fork ' + forks[0]).release();
  return 'rice';
}`,
  },
  // Readers read at the same time; the writer takes both permits.
  'readers-and-writers': {
    overlaps: true,
    job: `export async function job(n, { shared, semaphore }) {
  const board = semaphore('board', 2);
  await board.acquire();
  if (n === 0) {
    await board.acquire();
    shared.push('goal');
    shared.counter.write(1);
    board.release();
    board.release();
    return;
  }
  const read = [shared.values().length, shared.counter.read()];
  board.release();
  return read;
}`,
  },
};

/** A job that does nothing. */
export const NO_WORK = 'export async function job() {}';
