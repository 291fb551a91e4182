/** Files as one ZIP archive, made while it is sent: only the file that is being packed is in memory. */
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { Zip, ZipPassThrough } from 'fflate/browser';
import { fileName } from './file-name.ts';

export type ArchiveFile = {
  /** Its folders, and its name. Each is made safe: see `fileName`. */
  path: readonly string[];
  text: string;
  /** When it was last changed. */
  at: Date;
};

/** Most bytes of an archive, and most of its files: the plain ZIP format counts with 32 and 16 bits. */
const MOST_BYTES = 2 ** 32 - 2 ** 28;
const MOST_FILES = 65_000;

/** The years that ZIP can write. */
const [FIRST_DAY, LAST_DAY] = [Date.UTC(1980, 0, 2), Date.UTC(2099, 11, 30)];

/** Compresses on another thread, so that pages and streams are not held up. */
const deflate = promisify(zlib.deflateRaw);

/** A file that is already compressed. `fflate` keeps entries until the end, so this drops its content once it is written. */
class Packed extends ZipPassThrough {
  override compression = 8;
  #packed: Uint8Array<ArrayBuffer>;

  constructor(name: string, packed: Uint8Array<ArrayBuffer>) {
    super(name);
    this.#packed = packed;
  }

  protected override process(_content: Uint8Array, isLast: boolean): void {
    this.ondata(null, this.#packed, isLast);
    this.#packed = new Uint8Array();
  }
}

/** Yields the bytes of an archive with `files`. Throws a `RangeError` if it gets too large for the format. */
export async function* zipOf(files: AsyncIterable<ArchiveFile>): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let written: Uint8Array<ArrayBuffer>[] = [];
  let [bytes, count] = [0, 0];
  const zip = new Zip((error, piece) => {
    if (error) throw error;
    bytes += piece.length;
    written.push(piece);
  });
  for await (const { path, text, at } of files) {
    count++;
    const content = new TextEncoder().encode(text);
    const entry = new Packed(path.map(fileName).join('/'), new Uint8Array(await deflate(content)));
    entry.mtime = new Date(Math.min(Math.max(at.getTime(), FIRST_DAY), LAST_DAY));
    zip.add(entry);
    entry.push(content, true);
    if (bytes > MOST_BYTES || count > MOST_FILES) throw new RangeError('The archive is too large.');
    yield* written;
    written = [];
  }
  zip.end();
  yield* written;
}
