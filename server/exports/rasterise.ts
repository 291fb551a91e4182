/** Renders an SVG as a PNG. The fonts are bundled, because machines have different ones. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';

const require = createRequire(import.meta.url);
const read = (file: string) => new Uint8Array(fs.readFileSync(require.resolve(file)));

await initWasm(read('@resvg/resvg-wasm/index_bg.wasm'));
const fontBuffers = ['400Regular/Inter_400Regular', '600SemiBold/Inter_600SemiBold'].map((name) =>
  read(`@expo-google-fonts/inter/${name}.ttf`),
);
const font = { fontBuffers, defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' };

/** Returns the PNG, `width` pixels wide. This takes half a second of computing, which would block the server. */
export function rasterise(svg: string, width: number): Uint8Array {
  return new Resvg(svg, { font, fitTo: { mode: 'width', value: width } }).render().asPng();
}
