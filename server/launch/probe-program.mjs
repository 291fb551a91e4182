/**
 * Runs in a sandbox when the server starts: tries what a sandbox must refuse, and reports what was not refused. It is
 * in the place of the compiled child side; what to try is in the place of the program.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import process from 'node:process';
import { file, port, spawns } from './program.mjs';

const WAIT_MS = 2000;
const given = [];

/** Tries something. It is refused if it throws, or rejects. */
async function attempt(what, action) {
  try {
    await action();
    given.push(what);
  } catch {
    // Refused.
  }
}

/** Resolves when connected. Rejects if that is refused at once; without an answer, resolves: the network was reached. */
function connect(address) {
  return new Promise((resolve, reject) => {
    setTimeout(resolve, WAIT_MS).unref();
    net.connect(address).once('connect', resolve).once('error', reject);
  });
}

await attempt('read the server’s files', () => fs.readFileSync(file));
await attempt('read the system’s files', () => fs.readFileSync('/etc/passwd'));
await attempt('write into its folder', () => fs.writeFileSync(new URL('written', import.meta.url), ''));
if (port > 0) await attempt('reach the server', () => connect({ host: '127.0.0.1', port }));
// An address that is reserved for documentation.
await attempt('reach other machines', () => connect({ host: '192.0.2.1', port: 9 }));
if (spawns)
  await attempt('start processes', () => {
    const { error } = spawnSync(process.execPath, ['--version']);
    if (error) throw error;
  });
fs.writeSync(1, `${JSON.stringify({ given, versions: process.versions })}\n`);
process.exit(0);
