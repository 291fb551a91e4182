/**
 * A program in Python, a lesson's or one that somebody wrote, as a script: the lessons' prelude, what the program receives
 * (the parts in harness), and the program. The names of the former two give way to those of the program.
 */
import fs from 'node:fs';

/** The parts of what the program receives, in this order. They share one module, and what the first one imports. */
const PARTS = ['hub', 'api', 'main'];

/** Names at the top of a module: functions, classes, modules, and what is assigned. */
const TOP = /^(?:(?:async )?def (\w+)|class (\w+)|import (\w+)$|(\w+) = )/gm;
/** Must come first in a module. */
const FUTURE = /^from __future__ import .*\n/gm;

/** Returns the script without the comment at its top. `prelude` has the run's settings. */
export function assemblePython(prelude: string, program: string): string {
  const harness = PARTS.map(read).join('\n\n\n');
  const heading = '# What the program receives, in each of the four modes';
  const around = `${prelude}\n\n\n${heading}\n\n${harness}\n\n\nif __name__ == "__main__":\n    run_program()`;
  const [before, end] = apart(around, program).split(/(?=if __name__ == "__main__")/);
  const own = program.replace(FUTURE, '').trim();
  const future = program.match(FUTURE)?.join('') ?? '';
  return `${future}${before}# The program\n\n${own}\n\n\n${end}\n`;
}

function read(part: string): string {
  return fs.readFileSync(new URL(`harness/${part}.py`, import.meta.url), 'utf8').trim();
}

/** Renames what `text` defines where the program mentions the same name. */
function apart(text: string, program: string): string {
  const mentions = (name: string) => new RegExp(`(?<![.\\w])${name}\\b`).test(program);
  const names = new Set([...text.matchAll(TOP)].map((match) => match.slice(1).find(Boolean) ?? ''));
  let renamed = text;
  for (const name of names) {
    if (!mentions(name)) continue;
    let other = `_${name}`;
    while (mentions(other) || names.has(other)) other = `_${other}`;
    renamed = renamed
      .replace(new RegExp(`^import ${name}$`, 'm'), `import ${name} as ${other}`)
      // Not attributes, methods, nor the module of an import.
      .replace(new RegExp(`(?<![.\\w]|^ +def |^ +async def |^import )${name}\\b`, 'gm'), other);
  }
  return renamed;
}
