/** Keeps the names of a script's own parts apart from those of the program that it is made for. */

/** Our texts, with an underscore behind each of their names that the program has taken for itself. */
export function apartFrom(program: string, texts: string[]): string[] {
  const all = texts.join('\n');
  const declared = [...all.matchAll(/^(?:async function|function|const|let|type) (\w+)/gm)];
  const imported = [...all.matchAll(/^import \{ (.*) \}/gm)].flatMap(([, list = '']) => list.split(', '));
  const names = [
    ...declared.map(([, name = '']) => name),
    ...imported.map((one) => one.replace(/.* as /, '')),
  ];
  return names.filter((name) => declares(program, name)).reduce(rename, texts);
}

/** Whether `program` declares or imports something by that name; it does no harm where it only looks like it. */
function declares(program: string, name: string): boolean {
  const declared = `\\b(?:function\\*?|class|const|let|var|type|interface|enum)\\s+${name}\\b`;
  const inList = `^(?:import|(?:const|let|var)\\s+[{[])[^;=]*\\b${name}\\b`;
  return new RegExp(`${declared}|${inList}`, 'm').test(program);
}

function rename(texts: string[], name: string): string[] {
  // Keys of objects keep their names, and what stands in quotes.
  const used = new RegExp(
    `(?<=\\b(?:const|let) )${name}\\b|(?<![\\w']|(?<!\\.\\.)\\.)${name}\\b(?!\\??:)`,
    'g',
  );
  return texts.map((text) =>
    text
      .split('\n')
      .map((line) => {
        const imported = /^import \{ (.*) \}/.exec(line)?.[1];
        if (imported === undefined) return line.replace(used, `${name}_`);
        const items = imported.split(', ').map((item) => {
          if (item === name) return `${name} as ${name}_`;
          return item.endsWith(` as ${name}`) ? `${item}_` : item;
        });
        return line.replace(imported, items.join(', '));
      })
      .join('\n'),
  );
}
