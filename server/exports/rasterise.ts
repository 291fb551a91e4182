/**
 * Renders one SVG as a PNG, in its own worker thread: this takes half a second of computing, which would block the
 * server, and its memory is freed when the thread ends. The fonts are bundled, because machines have different ones.
 */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

/** The thread's input. */
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
