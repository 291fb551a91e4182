// Hands a turn to a thread and gets it back, by Atomics alone: prints the microseconds that takes. With “apart” the two
// are on two cores, with “together” on one, if taskset(1) is there; otherwise they are where the system puts them.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import process from 'node:process';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const TIMES = 20_000;

if (isMainThread) {
  const memory = new SharedArrayBuffer(4);
  const turn = new Int32Array(memory);
  const worker = new Worker(new URL(import.meta.url), { workerData: memory });
  const other = await new Promise((resolve) => worker.on('message', resolve));
  put(other, process.argv[2] === 'apart' ? 1 : 0);
  put(thisThread(), 0);
  const began = performance.now();
  for (let n = 0; n < TIMES; n++) {
    Atomics.store(turn, 0, 1);
    Atomics.notify(turn, 0);
    while (Atomics.load(turn, 0) !== 0) Atomics.wait(turn, 0, 1);
  }
  console.log(((performance.now() - began) * 1000) / TIMES);
  process.exit();
} else {
  const turn = new Int32Array(workerData);
  parentPort.postMessage(thisThread());
  for (;;) {
    while (Atomics.load(turn, 0) !== 1) Atomics.wait(turn, 0, 0);
    Atomics.store(turn, 0, 0);
    Atomics.notify(turn, 0);
  }
}

/** Returns the number that Linux has for the calling thread. */
function thisThread() {
  try {
    return fs.readlinkSync('/proc/thread-self').split('/').at(-1);
  } catch {
    return null;
  }
}

function put(thread, core) {
  try {
    if (thread) execFileSync('taskset', ['-cp', String(core), thread]);
  } catch {
    // They are where the system puts them.
  }
}
