/** How an operator's command ends: with its exit code, also if its output is closed early, as by `| head`. */
import process from 'node:process';
import { SettingsError } from './settings.ts';

/** What a shell shows for programs that SIGPIPE has ended: 128 and its number. Node ignores the signal. */
const CLOSED_OUTPUT = 141;

/**
 * Carries out a command, and sets the exit code to the one that it resolves with; to 2, with a message, if a setting is
 * wrong. If the output is closed early, the command still finishes its work, of which printing may be only a part.
 */
export async function runCommand(work: () => Promise<number>): Promise<void> {
  let isClosed = false;
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error) => {
      if (!('code' in error) || error.code !== 'EPIPE') throw error;
      isClosed = true;
    });
  try {
    process.exitCode = await work();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
  // Streams report what has failed a moment later.
  process.once('beforeExit', () => {
    if (isClosed && process.exitCode === 0) process.exitCode = CLOSED_OUTPUT;
  });
}
