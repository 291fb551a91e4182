/** The thread that draws: executes its task, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { draw } from './draw.ts';

parentPort?.postMessage(await draw(workerData));
