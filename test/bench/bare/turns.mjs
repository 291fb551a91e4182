// Hands a turn to a thread and gets it back, by Atomics alone: prints the microseconds that takes.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const TIMES = 20_000;

if (isMainThread) {
  const memory = new SharedArrayBuffer(4);
  const turn = new Int32Array(memory);
  const worker = new Worker(new URL(import.meta.url), { workerData: memory });
  await new Promise((resolve) => worker.on('message', resolve));
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
  parentPort.postMessage('ready');
  for (;;) {
    while (Atomics.load(turn, 0) !== 1) Atomics.wait(turn, 0, 0);
    Atomics.store(turn, 0, 0);
    Atomics.notify(turn, 0);
  }
}
