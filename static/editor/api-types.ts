/**
 * What an expression of a program is, as far as the api is concerned: `lock('A')` is a Lock, and so is `a` after
 * `const a = lock('A')`. It reads the syntax tree alone, so it also works in a program that is being typed. Pure.
 */
import type { SyntaxNode } from '@lezer/common';
import { type Api, type ApiMember, awaited } from './api.ts';

/** The parameter of a program's functions that receives the api: its place, and its type. */
const RECEIVERS: Record<string, readonly [at: number, type: string]> = {
  job: [1, 'JobApi'],
  main: [0, 'MainApi'],
  check: [0, 'CheckApi'],
};
/** How far names are followed: a declaration may refer to itself. */
const MOST_STEPS = 20;

export class ApiTypes {
  readonly #api: Api;
  readonly #text: (from: number, to: number) => string;
  #steps = 0;

  /** `text` returns a part of the program. */
  constructor(api: Api, text: (from: number, to: number) => string) {
    this.#api = api;
    this.#text = text;
  }

  /** Returns the type of an expression; null if it is not known. */
  typeOf(node: SyntaxNode | null): string | null {
    if (node === null) return null;
    switch (node.name) {
      case 'AwaitExpression': {
        const type = this.typeOf(node.lastChild);
        return type && awaited(type);
      }
      case 'ParenthesizedExpression':
        return this.typeOf(node.firstChild?.nextSibling ?? null);
      case 'CallExpression': {
        const called = this.memberAt(node.firstChild);
        return called?.params ? called.type : null;
      }
      case 'MemberExpression': {
        const member = this.memberAt(node);
        return member && !member.params ? member.type : null;
      }
      case 'VariableName': {
        const found = this.#declared(node);
        if (found === null || typeof found === 'string') return found;
        return found.params ? null : found.type;
      }
      default:
        return null;
    }
  }

  /** Returns the member of the api that an expression names: a variable, or `object.member`; null if it names none. */
  memberAt(node: SyntaxNode | null): ApiMember | null {
    if (node?.name === 'VariableName') {
      const found = this.#declared(node);
      return typeof found === 'string' ? null : found;
    }
    if (node?.name !== 'MemberExpression') return null;
    const type = this.typeOf(node.firstChild);
    const name = node.getChild('PropertyName');
    return type && name ? this.#api.member(type, this.#of(name)) : null;
  }

  /** Returns the member that a pattern names, or gives a name to; null if it is none. */
  memberDefined(node: SyntaxNode): ApiMember | null {
    const definition = node.name === 'VariableDefinition' ? node : node.nextSibling?.nextSibling;
    if (node.parent?.name !== 'PatternProperty' || definition?.name !== 'VariableDefinition') return null;
    const found = this.#meaning(definition);
    return typeof found === 'string' ? null : found;
  }

  /** Returns the type of the object that a pattern takes apart; null if it is not known. */
  typeOfPattern(pattern: SyntaxNode): string | null {
    const { parent } = pattern;
    if (parent?.name === 'ParamList') return this.#typeOfParam(pattern);
    if (parent?.name === 'VariableDeclaration') return this.typeOf(initialOf(pattern));
    return null;
  }

  /** Returns what is declared under the name of a variable: a member of the api, or something of a known type. */
  #declared(variable: SyntaxNode): ApiMember | string | null {
    if (++this.#steps > MOST_STEPS) return null;
    const name = this.#of(variable);
    for (let scope = variable.parent; scope; scope = scope.parent) {
      const definition = this.#definition(scope, name);
      if (definition) return this.#meaning(definition);
    }
    return null;
  }

  /** Returns where a scope itself defines `name`. */
  #definition(scope: SyntaxNode, name: string): SyntaxNode | null {
    const within = [scope, ...scope.getChildren('ParamList'), ...scope.getChildren('ExportDeclaration')];
    const lists = within.flatMap((one) =>
      one.name === 'ParamList' ? [one] : one.getChildren('VariableDeclaration'),
    );
    for (const list of lists) {
      for (const node of [list, ...list.getChildren('ObjectPattern')]) {
        const properties = node.getChildren('PatternProperty');
        const found = [node, ...properties]
          .flatMap((one) => one.getChildren('VariableDefinition'))
          .find((one) => this.#of(one) === name);
        if (found) return found;
      }
    }
    return null;
  }

  #meaning(definition: SyntaxNode): ApiMember | string | null {
    const { parent } = definition;
    if (parent?.name === 'PatternProperty' && parent.parent) {
      const type = this.typeOfPattern(parent.parent);
      const property = parent.getChild('PropertyName') ?? definition;
      return type === null ? null : this.#api.member(type, this.#of(property));
    }
    if (parent?.name === 'ParamList') return this.#typeOfParam(definition);
    const value = initialOf(definition);
    // `const take = api.lock` is a function, `const a = lock('A')` is what it returns.
    return this.#annotated(definition) ?? this.typeOf(value) ?? this.memberAt(value);
  }

  #typeOfParam(param: SyntaxNode): string | null {
    const annotated = this.#annotated(param);
    if (annotated) return annotated;
    const list = param.parent;
    const owner = list?.parent;
    const named = owner?.getChild('VariableDefinition') ?? owner?.parent?.getChild('VariableDefinition');
    const [at, type] = RECEIVERS[named ? this.#of(named) : ''] ?? [];
    const params = ['VariableDefinition', 'ObjectPattern', 'ArrayPattern'];
    let place = 0;
    for (let one = param.prevSibling; one; one = one.prevSibling) if (params.includes(one.name)) place++;
    return type !== undefined && place === at ? type : null;
  }

  #annotated(definition: SyntaxNode): string | null {
    const next = definition.nextSibling;
    const type = next?.name === 'TypeAnnotation' && next.lastChild ? this.#of(next.lastChild) : null;
    return type !== null && this.#api.has(type) ? type : null;
  }

  #of({ from, to }: SyntaxNode): string {
    return this.#text(from, to);
  }
}

/** Returns the value that a declaration gives to a name or a pattern. */
function initialOf(definition: SyntaxNode): SyntaxNode | null {
  let next = definition.nextSibling;
  if (next?.name === 'TypeAnnotation') next = next.nextSibling;
  return next?.name === 'Equals' ? next.nextSibling : null;
}
