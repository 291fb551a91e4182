/**
 * Gives the parameters of a program's `job`, `main` and `check` their types, which TypeScript does not infer for a function that
 * is declared. The types are inserted into a copy; positions in it are mapped back.
 */
import { CHECK_API, JOB_API, MAIN_API } from './globals.ts';
import type { Tree } from './tree.ts';

/** Text to be inserted before the character at `at`. */
type Insertion = { at: number; text: string };

/** The types of what a program exports. */
const PARAMETERS: Record<string, string[]> = {
  job: ['number', JOB_API],
  main: [MAIN_API],
  check: [CHECK_API],
};

/** Returns the types to insert, in order: those of parameters that have neither a type nor a default. */
export function missingTypes(tree: Tree, code: string): Insertion[] {
  const { roles, parameters } = exportedFunctions(tree);
  const insertions = [...roles].flatMap(([fn, role]) =>
    (PARAMETERS[role] ?? []).flatMap((type, at) => {
      const parameter = parameters.get(fn)?.[at];
      if (parameter === undefined || !tree.isBare(parameter)) return [];
      const end = tree.end(parameter);
      if (/^[),]/.test(code.slice(afterSpace(code, end)))) return [{ at: end, text: `: ${type}` }];
      // `n => …`
      return [
        { at: afterSpace(code, tree.start(parameter)), text: '(' },
        { at: end, text: `: ${type})` },
      ];
    }),
  );
  return insertions.sort((a, b) => a.at - b.at);
}

/** Returns the functions that are exported as `job`, `main` or `check`, and the parameters of all functions. */
function exportedFunctions(tree: Tree) {
  const parameters = new Map<number, number[]>();
  /** Functions at the top level, by name, also those that are the value of a variable. */
  const functions = new Map<string, number>();
  /** Names at the top level by the names that they are exported as. */
  const exports = new Map<string, string>();
  const specifiers = new Map<number, string[]>();
  const exporting = new Set<number>();
  const names = new Map<number, string>();
  tree.each((node) => {
    const parent = tree.parent(node);
    if (tree.is(node, 'Parameter')) parameters.set(parent, [...(parameters.get(parent) ?? []), node]);
    else if (tree.is(node, 'ExportKeyword')) exporting.add(parent);
    else if (tree.is(node, 'Identifier')) {
      if (tree.is(parent, 'ExportSpecifier'))
        specifiers.set(parent, [...(specifiers.get(parent) ?? []), tree.name(node)]);
      const isNamed = tree.is(parent, 'FunctionDeclaration') || tree.is(parent, 'VariableDeclaration');
      if (!isNamed || names.has(parent)) return;
      const name = tree.name(node);
      names.set(parent, name);
      const statement = statementOf(tree, parent);
      if (statement === null) return;
      if (exporting.has(statement)) exports.set(name, name);
      if (parent === statement) functions.set(name, parent);
    } else if (tree.is(node, 'ArrowFunction') || tree.is(node, 'FunctionExpression')) {
      const name = names.get(parent);
      if (name !== undefined && statementOf(tree, parent) !== null) functions.set(name, node);
    }
  });
  for (const [local = '', exported = local] of specifiers.values()) exports.set(exported, local);
  const roles = new Map<number, string>();
  for (const role of Object.keys(PARAMETERS)) {
    const fn = functions.get(exports.get(role) ?? '');
    if (fn !== undefined) roles.set(fn, role);
  }
  return { roles, parameters };
}

/** Returns the statement at the top level that declares a function or a variable; null if it is further inside. */
function statementOf(tree: Tree, declaration: number): number | null {
  if (tree.is(declaration, 'FunctionDeclaration')) return tree.isTopLevel(declaration) ? declaration : null;
  const list = tree.parent(declaration);
  const statement = tree.parent(list);
  const isStatement = tree.is(declaration, 'VariableDeclaration') && tree.is(statement, 'VariableStatement');
  return isStatement && tree.isTopLevel(statement) ? statement : null;
}

/** Returns where the space and the comments that begin at `at` end. */
export function afterSpace(code: string, at: number): number {
  const space = /(?:\s|\/\/[^\n]*|\/\*.*?\*\/)*/sy;
  space.lastIndex = at;
  return at + (space.exec(code)?.[0].length ?? 0);
}

/** Returns `code` with the insertions. */
export function insert(code: string, insertions: readonly Insertion[]): string {
  let from = 0;
  const parts = insertions.map(({ at, text }) => {
    const part = code.slice(from, at) + text;
    from = at;
    return part;
  });
  return parts.join('') + code.slice(from);
}

/** Returns the position in the text before `insertions` of one in the text with them. */
export function before(insertions: readonly Insertion[], position: number): number {
  let shift = 0;
  for (const { at, text } of insertions) {
    if (position <= at + shift) break;
    shift += Math.min(text.length, position - at - shift);
  }
  return position - shift;
}
