/**
 * Which characters a font can draw: the table `cmap` of a TrueType or OpenType file. Of its formats, those that fonts
 * have for Unicode: 4 for the first 65,536 characters, and 12 for all.
 */

/** Returns the code points with a glyph. Throws if the file has no table for Unicode. */
export function charactersOf(font: Uint8Array): Set<number> {
  const file = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const cmap = tableAt(file, 'cmap');
  const tables = Array.from({ length: file.getUint16(cmap + 2) }, (_, i) => {
    const at = cmap + file.getUint32(cmap + 4 + 8 * i + 4);
    return { at, format: file.getUint16(at) };
  });
  const table = tables.find(({ format }) => format === 12) ?? tables.find(({ format }) => format === 4);
  if (!table) throw new Error('The font has no table of Unicode characters.');
  return new Set(table.format === 12 ? format12(file, table.at) : format4(file, table.at));
}

function tableAt(file: DataView, name: string): number {
  for (let i = 0; i < file.getUint16(4); i++) {
    const at = 12 + 16 * i;
    const tag = [0, 1, 2, 3].map((n) => String.fromCharCode(file.getUint8(at + n))).join('');
    if (tag === name) return file.getUint32(at + 8);
  }
  throw new Error(`The font has no table ${name}.`);
}

/** Yields the characters of groups that each have glyphs in order. */
function* format12(file: DataView, at: number): Generator<number> {
  for (let i = 0; i < file.getUint32(at + 12); i++) {
    const group = at + 16 + 12 * i;
    const [first, last] = [file.getUint32(group), file.getUint32(group + 4)];
    for (let code = first; code <= last; code++)
      if (file.getUint32(group + 8) + code - first !== 0) yield code;
  }
}

/** Yields the characters of segments, each with an offset to its glyphs or with a list of them. */
function* format4(file: DataView, at: number): Generator<number> {
  const count = file.getUint16(at + 6) / 2;
  const [ends, starts, deltas, offsets] = [14, 16 + 2 * count, 16 + 4 * count, 16 + 6 * count] as const;
  for (let i = 0; i < count; i++) {
    const segment = (part: number) => at + part + 2 * i;
    const offset = file.getUint16(segment(offsets));
    const first = file.getUint16(segment(starts));
    for (let code = first; code <= file.getUint16(segment(ends)) && code < 0xffff; code++) {
      const listed = offset === 0 ? code : file.getUint16(segment(offsets) + offset + 2 * (code - first));
      if (listed !== 0 && ((listed + file.getUint16(segment(deltas))) & 0xffff) !== 0) yield code;
    }
  }
}
