/**
 * The files for browsers, compressed once. As small as Brotli makes them takes up to 300 ms of a core for one of them, so
 * those are kept on disk, for the next start of the server; their names change with their content.
 */
import fs from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { Built } from './build.ts';

const encoders = { br: promisify(zlib.brotliCompress), gzip: promisify(zlib.gzip) };

/** How an answer may be compressed, by its name in HTTP. */
export type Encoding = keyof typeof encoders;

/** How long after its start the server compresses by itself, in ms: who comes earlier does not wait for that. */
const AFTER_MS = 3000;

export class Compressed {
  #built: Pick<Built, 'assets' | 'page'>;
  #folder: string;
  /** By encoding and name. */
  #bytes = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

  constructor(built: Pick<Built, 'assets' | 'page' | 'entry'>) {
    this.#built = built;
    this.#folder = path.join(path.dirname(built.entry), 'browser');
  }

  /** Returns a file, compressed in the encoding. Rejects if there is none of that name. */
  of(name: string, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
    const key = `${encoding} ${name}`;
    const bytes = this.#bytes.get(key) ?? this.#make(name, encoding);
    this.#bytes.set(key, bytes);
    return bytes;
  }

  /** Compresses the files that every page loads before anybody asks for them: a while from now, while `isIdle()`. */
  async warm(isIdle: () => boolean): Promise<void> {
    await pause(AFTER_MS, undefined, { ref: false });
    for (const name of this.firstNames) {
      if (!isIdle()) return;
      await this.of(name, 'br');
    }
  }

  /** Names of the files that every page loads. */
  get firstNames(): string[] {
    const { script, style, parts, timelines } = this.#built.page;
    return [style, script, ...parts, ...timelines].map((address) => path.basename(address));
  }

  async #make(name: string, encoding: Encoding): Promise<Uint8Array<ArrayBuffer>> {
    const asset = this.#built.assets.get(name);
    if (!asset) throw new Error(`There is no file ${name} for browsers.`);
    if (encoding === 'gzip') return new Uint8Array(await encoders.gzip(asset.body));
    const file = path.join(this.#folder, `${name}.br`);
    const kept = await fs.readFile(file).catch(() => null);
    if (kept) return new Uint8Array(kept);
    const bytes = new Uint8Array(await encoders.br(asset.body));
    await this.#keep(file, bytes);
    return bytes;
  }

  /** Writes a file, if it can be written: otherwise it is made again after the next start. */
  async #keep(file: string, bytes: Uint8Array): Promise<void> {
    const draft = `${file}.${crypto.randomUUID()}`;
    try {
      // Not recursively: while the folder of the data is away, nothing must be made in its place.
      await fs.mkdir(this.#folder).catch(() => {});
      await fs.writeFile(draft, bytes);
      await fs.rename(draft, file);
    } catch {
      await fs.rm(draft, { force: true }).catch(() => {});
    }
  }
}
