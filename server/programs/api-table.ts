/** Reads the api of programs (program/types.ts) for the page's editor, which completes and explains it. */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/javascript';

/** An object type of the api. `includes`: names of the types whose members it also has. */
export type ApiType = { name: string; includes: string[]; members: ApiMember[] };

/**
 * A member. `signature`: as declared, in one line. `type`: what it is or, of a function, what it returns; a nested
 * object type is named after its place, such as `Shared.counter`. `params`: each as declared; null if it is no function.
 */
export type ApiMember = {
  name: string;
  signature: string;
  doc: string;
  type: string;
  params: string[] | null;
};

/** Returns the object types that `source` exports, nested ones after those that contain them. */
export function apiTable(source: string): ApiType[] {
  const types: ApiType[] = [];
  const text = ({ from, to }: { from: number; to: number }) => source.slice(from, to);
  const inLine = (node: SyntaxNode) => text(node).replace(/\s+/g, ' ');

  function addType(name: string, definition: SyntaxNode): ApiType {
    const type: ApiType = { name, includes: [], members: [] };
    types.push(type);
    const parts = definition.name === 'IntersectionType' ? childrenOf(definition) : [definition];
    for (const part of parts) {
      if (part.name === 'TypeName') type.includes.push(text(part));
      else if (part.name === 'ObjectType') type.members.push(...membersOf(part, name));
    }
    return type;
  }

  function membersOf(object: SyntaxNode, owner: string): ApiMember[] {
    return childrenOf(object).flatMap((node) => {
      if (node.name !== 'MethodType' && node.name !== 'PropertyType') return [];
      const name = text(node.getChild('PropertyDefinition') ?? node);
      const list = node.getChild('ParamList');
      const own = node.getChild('TypeAnnotation')?.lastChild;
      const doc = node.prevSibling?.name === 'BlockComment' ? plain(text(node.prevSibling)) : '';
      const isNested = own?.name === 'ObjectType';
      const type = isNested ? `${owner}.${name}` : own ? inLine(own) : 'unknown';
      const nested = isNested ? addType(type, own) : null;
      const signature = nested
        ? `${name}: { ${nested.members.map((one) => one.name).join(', ')} }`
        : inLine(node).replace(/^readonly /, '');
      return [{ name, signature, doc, type, params: list && paramsOf(list) }];
    });
  }

  /** The parameters of a list: what is between its commas, but for those within braces. */
  function paramsOf(list: SyntaxNode): string[] {
    const commas = childrenOf(list).filter(({ name }) => name === ',');
    const starts = [list.from + 1, ...commas.map(({ to }) => to)];
    const ends = [...commas.map(({ from }) => from), list.to - 1];
    return starts
      .map((from, i) =>
        text({ from, to: ends[i] ?? from })
          .trim()
          .replace(/\s+/g, ' '),
      )
      .filter((one) => one !== '');
  }

  const top = parser.configure({ dialect: 'ts' }).parse(source).topNode;
  for (const exported of top.getChildren('ExportDeclaration')) {
    const alias = exported.getChild('TypeAliasDeclaration');
    const name = alias?.getChild('TypeDefinition');
    if (alias?.lastChild && name) addType(text(name), definitionOf(alias) ?? alias.lastChild);
  }
  return types;
}

function definitionOf(alias: SyntaxNode): SyntaxNode | null {
  return alias.getChild('IntersectionType') ?? alias.getChild('ObjectType');
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) children.push(child);
  return children;
}

/** Returns the text of a doc comment; an empty line separates its paragraphs. */
function plain(comment: string): string {
  return comment
    .replace(/^\/\*\*|\*\/$/g, '')
    .replace(/^\s*\* ?/gm, '')
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim().replace(/\s+/g, ' '))
    .join('\n\n');
}
