/** Renders an SVG as a PNG. The fonts are bundled, because machines have different ones. */
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import { drawableIn } from './drawable.ts';
import { charactersOf } from './font-characters.ts';

const require = createRequire(import.meta.url);
const read = (file: string) => new Uint8Array(fs.readFileSync(require.resolve(file)));

await initWasm(read('@resvg/resvg-wasm/index_bg.wasm'));
const fontBuffers = ['400Regular/Inter_400Regular', '600SemiBold/Inter_600SemiBold'].map((name) =>
  read(`@expo-google-fonts/inter/${name}.ttf`),
);
const [regular, semiBold] = fontBuffers.map(charactersOf);
const font = { fontBuffers, defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' };

/** Returns what the fonts can draw of a text: see `drawableIn`. */
export const drawable = drawableIn((regular ?? new Set()).intersection(semiBold ?? new Set()));

/** Returns the PNG, `width` pixels wide. This takes half a second of computing, which would block the server. */
export function rasterise(svg: string, width: number): Uint8Array {
  return new Resvg(svg, { font, fitTo: { mode: 'width', value: width } }).render().asPng();
}
