/** Reads the Dockerfile, for those who check it without Docker. */
import fs from 'node:fs';

/** An instruction: `RUN`, and what follows it in one line. */
export type Instruction = { word: string; rest: string };

/** A stage: the image it begins with, its name if it has one, and the instructions after `FROM`. */
export type Stage = { base: string; name: string | null; instructions: Instruction[] };

/** Returns the stages of a Dockerfile, in order. */
export function stagesOf(file = 'Dockerfile'): Stage[] {
  const text = fs
    .readFileSync(file, 'utf8')
    .replace(/^\s*#.*\n/gm, '')
    .replace(/\s*\\\n\s*/g, ' ');
  const stages: Stage[] = [];
  for (const [, word = '', rest = ''] of text.matchAll(/^([A-Z]+)\s+(.*?)\s*$/gm)) {
    if (word === 'FROM') {
      const [base = '', , name = null] = rest.split(/\s+/);
      stages.push({ base, name, instructions: [] });
    } else stages.at(-1)?.instructions.push({ word, rest });
  }
  return stages;
}

/** Returns what the last instruction of its kind says, or null if there is none. */
export function last({ instructions }: Stage, word: string): string | null {
  return instructions.findLast((one) => one.word === word)?.rest ?? null;
}

/** Returns the words of a command: those of a JSON list, or what the shell is to run. */
export function commandIn(rest: string): string[] {
  return rest.startsWith('[') ? JSON.parse(rest) : ['/bin/sh', '-c', rest];
}

/** Returns the environment that the `ENV` instructions of a stage give. */
export function environmentOf({ instructions }: Stage): Record<string, string> {
  const env: Record<string, string> = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  };
  for (const { word, rest } of instructions) {
    if (word !== 'ENV') continue;
    const [name = '', ...value] = rest.split('=');
    env[name] = value.join('=').replace(/\$(\w+)/g, (_, used: string) => env[used] ?? '');
  }
  return env;
}
