/** Runs a script of the shell with the system's tools, and reads what it says. */
import { spawn } from 'node:child_process';
import process from 'node:process';

/** Where system tools are, whatever the server's own PATH is. */
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Resolves with the lines of a script, of which there are none if there is no shell. */
export function linesOf(script: string, args: readonly string[]): Promise<string[]> {
  return new Promise((resolve) => {
    const shell = spawn('/bin/sh', ['-c', script, 'sh', ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { PATH: `${process.env.PATH ?? ''}:${PATH}` },
    });
    let text = '';
    shell.stdout.setEncoding('utf8').on('data', (part) => {
      text += part;
    });
    shell.once('error', () => resolve([]));
    shell.once('close', () => resolve(text.split('\n').filter((line) => line !== '')));
  });
}
