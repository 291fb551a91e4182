/** Completion and hover for the api of programs in Python. */
import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { pythonLanguage } from '@codemirror/lang-python';
import { syntaxTree } from '@codemirror/language';
import type { EditorState, Extension } from '@codemirror/state';
import { type EditorView, hoverTooltip, type Tooltip } from '@codemirror/view';
import type { SyntaxNode } from '@lezer/common';
import type { Api, ApiMember } from './api.ts';
import { detailOf, told } from './told.ts';

/** Names of functions that receive the api as their last parameter, and its class. Elsewhere, it is known by its name. */
const RECEIVERS: Readonly<Record<string, string>> = { main: 'MainApi', main_async: 'MainApi' };
/** How the api is called in the lessons. */
const NAME = 'api';
/** How far names are followed: an assignment may refer to itself. */
const MOST_STEPS = 20;

/** Returns the extensions that help with `api`. */
export function pythonHelp(api: Api): Extension {
  const complete = (context: CompletionContext) => membersAt(context, api);
  return [
    autocompletion({ icons: false }),
    pythonLanguage.data.of({ autocomplete: complete }),
    hoverTooltip((view, pos, side) => hover(view, pos, side, api)),
  ];
}

/** Completes the members of an object after its dot. */
function membersAt({ state, pos }: CompletionContext, api: Api): CompletionResult | null {
  const node = syntaxTree(state).resolveInner(pos, -1);
  const access = node.name === 'MemberExpression' ? node : node.parent;
  const dot = access?.name === 'MemberExpression' ? access.getChild('.') : null;
  if (!access || !dot || dot.to > pos) return null;
  const type = new Types(api, state).typeOf(access.firstChild);
  const options = (type === null ? [] : api.members(type)).map((member) => ({
    label: member.name,
    detail: detailOf(member),
    type: member.params ? 'method' : 'property',
    info: () => told(member),
  }));
  return options.length === 0 ? null : { from: dot.to, options, validFor: /^\w*$/ };
}

function hover({ state }: EditorView, pos: number, side: -1 | 1, api: Api): Tooltip | null {
  const node = syntaxTree(state).resolveInner(pos, side);
  const member = node.name === 'PropertyName' ? new Types(api, state).memberAt(node.parent) : null;
  return member && { pos: node.from, end: node.to, above: true, create: () => ({ dom: told(member) }) };
}

/** What expressions are, as far as the api is concerned. It reads the syntax tree alone. */
class Types {
  readonly #api: Api;
  readonly #state: EditorState;
  #steps = 0;

  constructor(api: Api, state: EditorState) {
    this.#api = api;
    this.#state = state;
  }

  /** Returns the class of an expression; null if it is not known. */
  typeOf(node: SyntaxNode | null): string | null {
    if (node === null || ++this.#steps > MOST_STEPS) return null;
    switch (node.name) {
      case 'AwaitExpression':
        return this.typeOf(node.lastChild);
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
      case 'VariableName':
        return this.#variable(node);
      default:
        return null;
    }
  }

  /** Returns the member that `object.member` names; null if it is none of the api. */
  memberAt(node: SyntaxNode | null): ApiMember | null {
    const name = node?.name === 'MemberExpression' ? node.getChild('PropertyName') : null;
    const type = name && this.typeOf(node?.firstChild ?? null);
    return name && type ? this.#api.member(type, this.#textOf(name)) : null;
  }

  #variable(node: SyntaxNode): string | null {
    const name = this.#textOf(node);
    for (let scope = node.parent; scope; scope = scope.parent) {
      if (scope.name !== 'FunctionDefinition') continue;
      const params = scope.getChild('ParamList')?.getChildren('VariableName') ?? [];
      const owner = scope.getChild('VariableName');
      const isParam = params.some((one) => this.#textOf(one) === name);
      if (isParam && name === NAME) return RECEIVERS[owner ? this.#textOf(owner) : ''] ?? 'Api';
      if (isParam) return null;
      const value = this.#valueIn(scope, name);
      if (value) return this.typeOf(value);
    }
    return null;
  }

  /** Returns what a function gives to a name, by `name = value` or `with value as name`; null if it gives none. */
  #valueIn(scope: SyntaxNode, name: string): SyntaxNode | null {
    let value: SyntaxNode | null = null;
    scope.cursor().iterate(({ name: kind, node }) => {
      if (value !== null || !['AssignStatement', 'WithStatement'].includes(kind)) return;
      for (let one = node.firstChild; one; one = one.nextSibling) {
        if (one.name !== 'AssignOp' && one.name !== 'as') continue;
        const [before, after] = [one.prevSibling, one.nextSibling];
        const [target, given] = one.name === 'as' ? [after, before] : [before, after];
        if (target?.name === 'VariableName' && this.#textOf(target) === name) value = given;
      }
    });
    return value;
  }

  #textOf({ from, to }: SyntaxNode): string {
    return this.#state.sliceDoc(from, to);
  }
}
