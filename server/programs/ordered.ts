/**
 * What a program may not import if a scheduler of ours is to decide the order of its steps: whatever waits, computes
 * elsewhere, or differs from time to time, unseen by the scheduler. Runs in the compile process.
 */
import { type Node, parse } from 'acorn';
import type { CodeError } from '../spec/spec.ts';

/** Modules that only compute: what they do depends on their arguments alone. */
const PURE = new Set([
  ...['assert', 'assert/strict', 'buffer', 'events', 'path', 'path/posix', 'path/win32', 'punycode'],
  ...['querystring', 'string_decoder', 'url', 'util', 'util/types'],
]);

/**
 * Returns an error for each import in a program that keeps its steps from being ordered. `text` is JavaScript that
 * compiles.
 */
export function unorderedImports(text: string): CodeError[] {
  if (!/\b(import|from)\b/.test(text)) return [];
  let program: Node;
  try {
    program = parse(text, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  } catch {
    return [
      { line: 1, column: 1, text: 'Something in this program is nested too deeply to try its orders.' },
    ];
  }
  return importsIn(program).flatMap(({ node, name }) => {
    const { line = 1, column = 0 } = node.loc?.start ?? {};
    const why = name === null ? DYNAMIC : PURE.has(name.replace(/^node:/, '')) ? null : importWords(name);
    return why === null ? [] : [{ line, column: column + 1, text: why }];
  });
}

const DYNAMIC = 'To try its orders, a program cannot use import(): write “import … from” at its top.';

function importWords(name: string): string {
  const shown = name.length > 60 ? `${name.slice(0, 60)}…` : name;
  return `To try its orders, a program cannot import “${shown}”, whose effects no scheduler can put in order. It can import what only computes: node:assert, node:buffer, node:events, node:path, node:punycode, node:querystring, node:string_decoder, node:url and node:util.`;
}

/** An import; `name` is null if it is known only when it is executed. */
type Import = { node: Node; name: string | null };

/** Returns the imports below a node, in the order of the text. Not recursive: programs can be nested deeply. */
function importsIn(program: Node): Import[] {
  const found: Import[] = [];
  const rest: object[] = [program];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (isNode(node)) {
      const source = 'source' in node && Object(node.source).value;
      if (node.type === 'ImportExpression') found.push({ node, name: null });
      else if (typeof source === 'string') found.push({ node, name: source });
    }
    for (const child of Object.values(node))
      if (typeof child === 'object' && child !== null) rest.push(child);
  }
  return found.sort((a, b) => a.node.start - b.node.start);
}

function isNode(value: object): value is Node {
  return 'type' in value && typeof value.type === 'string' && 'start' in value;
}
