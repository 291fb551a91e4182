/**
 * Turns one SVG into a PNG, in a worker thread of its own: half a second of computing that nobody else is to wait
 * for, and memory that is free again when the thread ends. Its fonts come along: what a machine has differs.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** What the thread is started with. */
export type RasteriseData = { svg: string; width: number };

const require = createRequire(import.meta.url);
const read = (file: string) => new Uint8Array(fs.readFileSync(require.resolve(file)));

const { svg, width }: RasteriseData = workerData;
await initWasm(read('@resvg/resvg-wasm/index_bg.wasm'));
const fontBuffers = ['400Regular/Inter_400Regular', '600SemiBold/Inter_600SemiBold'].map((name) =>
  read(`@expo-google-fonts/inter/${name}.ttf`),
);
const font = { fontBuffers, defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' };
const image = new Resvg(svg, { font, fitTo: { mode: 'width', value: width } }).render();
parentPort?.postMessage(image.asPng());
