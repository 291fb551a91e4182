/**
 * A program's syntax tree, as TypeScript's api sends it: an array of nodes in the order of the text, which is read here
 * without recursion, so that deep nesting does no harm. The format is that of the exact version in package.json, in
 * `typescript/dist/api/node/protocol.js`.
 */

/** Kinds of nodes: the numbers of `SyntaxKind` in `typescript/unstable/ast`. */
export const KINDS = {
  Identifier: 79,
  ExportKeyword: 94,
  Parameter: 170,
  CallExpression: 214,
  FunctionExpression: 219,
  ArrowFunction: 220,
  VariableStatement: 244,
  ExpressionStatement: 245,
  VariableDeclaration: 261,
  FunctionDeclaration: 263,
  ExportSpecifier: 282,
} as const;

type Kind = keyof typeof KINDS;

const VERSION = 5;
const NODE_BYTES = 28;
const LIST = 0xffffffff;
/** A parameter’s parts besides its name, as bits: `...`, `?`, its type, its default. */
const MORE_THAN_NAME = 0b111010;
const ROOT = 1;

/** A syntax tree. Nodes are numbered; a node comes before its children. */
export class Tree {
  /** The number of nodes, those that do not count included. */
  readonly size: number;
  #view: DataView;
  #nodes: number;
  #strings: { offsets: number; bytes: number };

  /** `data` is the result of `getSourceFile`. Throws if it is of another version. */
  constructor(data: string) {
    const bytes = Buffer.from(data, 'base64');
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const version = this.#view.getUint32(0, true) >>> 24;
    if (version !== VERSION) throw new Error(`A syntax tree of version ${version}, not ${VERSION}.`);
    this.#strings = { offsets: this.#view.getUint32(24, true), bytes: this.#view.getUint32(28, true) };
    this.#nodes = this.#view.getUint32(40, true);
    this.size = Math.floor((bytes.byteLength - this.#nodes) / NODE_BYTES);
  }

  is(node: number, kind: Kind): boolean {
    return this.kind(node) === KINDS[kind];
  }

  kind(node: number): number {
    return this.#at(node, 0);
  }

  /** Where the node begins, with the space and the comments before it. */
  start(node: number): number {
    return this.#at(node, 4);
  }

  end(node: number): number {
    return this.#at(node, 8);
  }

  /** The node that this one is a part of. Lists are left out. */
  parent(node: number): number {
    let parent = this.#at(node, 16);
    while (this.kind(parent) === LIST) parent = this.#at(parent, 16);
    return parent;
  }

  /** Reports whether the node is a statement outside of all functions and blocks. */
  isTopLevel(node: number): boolean {
    return this.parent(node) === ROOT;
  }

  /** Reports whether a parameter has a name only: no type, no default. */
  isBare(parameter: number): boolean {
    return (this.#at(parameter, 20) & MORE_THAN_NAME) === 0;
  }

  /** The text of an identifier. */
  name(identifier: number): string {
    const string = this.#at(identifier, 20) & 0x00ffffff;
    const { offsets, bytes } = this.#strings;
    const from = this.#view.getUint32(offsets + string * 4, true);
    const to = this.#view.getUint32(offsets + (string + 1) * 4, true);
    return new TextDecoder().decode(
      new Uint8Array(this.#view.buffer, this.#view.byteOffset + bytes + from, to - from),
    );
  }

  /** Calls `visit` for each node. */
  each(visit: (node: number) => void): void {
    for (let node = ROOT + 1; node < this.size; node++) visit(node);
  }

  #at(node: number, field: number): number {
    return this.#view.getUint32(this.#nodes + node * NODE_BYTES + field, true);
  }
}
