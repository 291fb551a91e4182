/**
 * Whether a program's module has state: anything that one execution of its functions could leave for the next. Where it
 * has none, one copy of the module serves all schedules of a search. When in doubt, it has. Runs in the compile process.
 */
import { type Node, parse } from 'acorn';

/** A node with its properties; `parents` leads from the outermost to the next. */
type Found = { node: Node; parents: Node[] };

/** Reports whether the module has state. `text` is JavaScript. */
export function hasModuleState(text: string): boolean {
  let body: Node[];
  try {
    body = parse(text, { ecmaVersion: 'latest', sourceType: 'module' }).body;
  } catch {
    return true;
  }
  const values = new Set<string>();
  for (const statement of body) if (!isStateless(statement, values)) return true;
  if (values.size === 0) return false;
  return identifiersIn(body).some((found) => values.has(nameOf(found.node)) && !isOnlyRead(found));
}

/** Reports whether a statement of the module leaves nothing that can change. Adds to `values` names of lists and objects. */
function isStateless(statement: Node, values: Set<string>): boolean {
  switch (statement.type) {
    case 'ImportDeclaration':
    case 'FunctionDeclaration':
    case 'EmptyStatement':
      return true;
    case 'ExportNamedDeclaration':
    case 'ExportDefaultDeclaration': {
      const declared = child(statement, 'declaration');
      return declared === null || isStateless(declared, values) || isConstant(declared);
    }
    case 'VariableDeclaration':
      return list(statement, 'declarations').every((declared) => {
        const [id, init] = [child(declared, 'id'), child(declared, 'init')];
        if (Reflect.get(statement, 'kind') !== 'const' || !id || !init || id.type !== 'Identifier')
          return false;
        if (isConstant(init)) return true;
        values.add(nameOf(id));
        return isLiteralValue(init);
      });
    default:
      return false;
  }
}

/** A value that cannot change. */
function isConstant(node: Node): boolean {
  switch (node.type) {
    case 'Literal':
      // A regular expression remembers where it was.
      return !('regex' in node);
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return true;
    case 'UnaryExpression':
      return isConstant(child(node, 'argument') ?? node);
    case 'BinaryExpression':
      return ['left', 'right'].every((side) => isConstant(child(node, side) ?? node));
    case 'TemplateLiteral':
      return list(node, 'expressions').every(isConstant);
    default:
      return false;
  }
}

/** A list or an object of constants. */
function isLiteralValue(node: Node): boolean {
  if (isConstant(node)) return true;
  if (node.type === 'ArrayExpression') return list(node, 'elements').every(isConstant);
  if (node.type !== 'ObjectExpression') return false;
  return list(node, 'properties').every((property) => {
    const value = child(property, 'value');
    return property.type === 'Property' && value !== null && isConstant(value);
  });
}

/** Reports whether an identifier of a list or an object stands where it is only read: `a[i]`, `a.length`, `of a`. */
function isOnlyRead({ node, parents }: Found): boolean {
  const [parent, above] = [parents.at(-1), parents.at(-2)];
  if (!parent) return false;
  if (parent.type === 'VariableDeclarator' && child(parent, 'id') === node) return true;
  if (parent.type === 'ForOfStatement') return child(parent, 'right') === node;
  if (
    parent.type === 'Property' ||
    (parent.type === 'MemberExpression' && child(parent, 'property') === node)
  )
    return Reflect.get(parent, 'computed') !== true && child(parent, 'value') !== node;
  if (parent.type !== 'MemberExpression' || !above) return false;
  switch (above.type) {
    case 'CallExpression':
      return child(above, 'callee') !== parent;
    case 'AssignmentExpression':
      return child(above, 'left') !== parent;
    case 'UpdateExpression':
    case 'ForOfStatement':
    case 'ForInStatement':
    case 'ArrayPattern':
    case 'MemberExpression':
      return false;
    default:
      return Reflect.get(above, 'operator') !== 'delete';
  }
}

function identifiersIn(body: Node[]): Found[] {
  const found: Found[] = [];
  const rest: Found[] = body.map((node) => ({ node, parents: [] }));
  for (let next = rest.pop(); next; next = rest.pop()) {
    if (next.node.type === 'Identifier') found.push(next);
    const parents = [...next.parents.slice(-1), next.node];
    for (const value of Object.values(next.node))
      for (const one of Array.isArray(value) ? value : [value])
        if (isNode(one)) rest.push({ node: one, parents });
  }
  return found;
}

function child(node: Node, name: string): Node | null {
  const value: unknown = Reflect.get(node, name);
  return isNode(value) ? value : null;
}

function list(node: Node, name: string): Node[] {
  const values: unknown = Reflect.get(node, name);
  return Array.isArray(values) ? values.filter(isNode) : [];
}

function nameOf(node: Node): string {
  return String(Reflect.get(node, 'name'));
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}
