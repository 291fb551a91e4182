/**
 * Keeps the names of a script's own parts apart from those of the program. The program stands in the same file as its
 * author wrote it, a module whose names are seen everywhere in the file, so the parts stand in a function. Where the
 * program may declare a name that they need from outside, they take a way around it; no text is renamed.
 */

/** `name`, or one like it that the program does not declare. */
export function freeName(program: string, name: string): string {
  return mayDeclare(program, name) ? freeName(program, `${name}_`) : name;
}

/** An expression for the global `name` that means it whatever the program declares. */
export function globalOf(program: string, name: string): string {
  return mayDeclare(program, name) ? `${globalsOf(program)}.${name}` : name;
}

/**
 * `text` in a function that runs at once, so that it may declare any name. `globals` are those that it uses;
 * `constants` those of the file that it uses, by the names that it has for them.
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

/** `text`, none of whose lines are within a string, two blanks further in. */
export function indented(text: string): string {
  return text.replace(/^(?=.)/gm, '  ');
}

/** No module can declare `eval`, and called in this way it sees no names but the globals. */
function globalsOf(program: string): string {
  return mayDeclare(program, 'globalThis') ? "(0, eval)('globalThis')" : 'globalThis';
}

/**
 * Whether the program may declare `name`: whether it stands there other than behind `new` or before a dot. A parser
 * could also tell strings and comments apart; taken for code, they cost a line.
 */
function mayDeclare(program: string, name: string): boolean {
  return new RegExp(`(?<![\\w$]|\\bnew\\s+)${name}(?![\\w$]|\\s*\\??\\.)`).test(program);
}
