/**
 * Separates the names of a script's harness from those of the program. The program is in the same file, unchanged: a
 * module with names that are visible in all of it. So the harness is in a function. It reads outside names that the
 * program may shadow in another way; no text is renamed.
 */

/** Returns `name`, or a similar one that the program does not declare. */
export function freeName(program: string, name: string): string {
  return mayDeclare(program, name) ? freeName(program, `${name}_`) : name;
}

/** Returns an expression for the global `name` that works whatever the program declares. */
export function globalOf(program: string, name: string): string {
  return mayDeclare(program, name) ? `${globalsOf(program)}.${name}` : name;
}

/**
 * Wraps `text` in a function that runs at once, so that it may declare any name. `globals` are the globals that it
 * uses; `constants` maps its names for the file's constants to their names in the file.
 */
export function inFunction(
  program: string,
  text: string,
  { globals, constants }: { globals: readonly string[]; constants: Record<string, string> },
): string {
  const hidden = globals.filter((name) => mayDeclare(program, name));
  const renamed = Object.entries(constants).filter(([name, constant]) => name !== constant);
  const lines = [
    ...(hidden.length > 0 ? [`const { ${hidden.join(', ')} } = ${globalsOf(program)};`] : []),
    ...renamed.map(([name, constant]) => `const ${name} = ${constant};`),
  ];
  const around = lines.length > 0 ? `// What the program may have of its own.\n${lines.join('\n')}\n\n` : '';
  return `void (async () => {\n${indented(around + text)}\n})();`;
}

/** Indents `text` by two spaces. No line of it may start within a string. */
export function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

/**
 * Returns an expression for the global object. No module can declare `eval`, and an indirect call sees only globals.
 */
function globalsOf(program: string): string {
  return mayDeclare(program, 'globalThis') ? "(0, eval)('globalThis')" : 'globalThis';
}

/**
 * Returns whether the program may declare `name`: whether it occurs other than after `new` or before a dot. A parser
 * would also exclude strings and comments; counting these costs one line.
 */
function mayDeclare(program: string, name: string): boolean {
  return new RegExp(`(?<![\\w$]|\\bnew\\s+)${name}(?![\\w$]|\\s*\\??\\.)`).test(program);
}
