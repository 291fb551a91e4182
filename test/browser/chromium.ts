/**
 * The Chromium that tests and benchmarks drive. It comes packed in an npm package, whose own code unpacks it to a fixed
 * path when it is first used: two processes that do so at once get a file that is still being written (ETXTBSY). So a
 * run of the suite unpacks it once, before any test, into a folder of its own.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import chromium from '@sparticuz/chromium';

/** Arguments of the package that are for other machines: in a single process, closing a context ends the browser. */
const UNWANTED = ['--single-process', '--disable-web-security', '--allow-running-insecure-content'];

/** An unpacked Chromium. */
export type Chromium = {
  executable: string;
  args: string[];
  /** Removes its folder. Nothing of it may run any more. */
  remove(): void;
};

/** Unpacks Chromium into a new folder. Takes about 3 s. Must not be called twice at a time in one process. */
export async function unpackChromium(): Promise<Chromium> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chromium-'));
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  const before = process.env.TMPDIR;
  // The package unpacks into the folder for temporary files, unless something of that name is there.
  process.env.TMPDIR = folder;
  try {
    // Without an emulated graphics card, which takes a core, the browser paints by itself.
    chromium.setGraphicsMode = false;
    const executable = await chromium.executablePath();
    return { executable, args: chromium.args.filter((one) => !UNWANTED.includes(one)), remove };
  } catch (error) {
    remove();
    throw error;
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
}
