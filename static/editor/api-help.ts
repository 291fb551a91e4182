/** Completion, hover and signature help for the api of programs. */
import { autocompletion, type CompletionContext, type CompletionResult } from '@codemirror/autocomplete';
import { localCompletionSource, typescriptLanguage, typescriptSnippets } from '@codemirror/lang-javascript';
import { syntaxTree } from '@codemirror/language';
import { type EditorState, type Extension, StateField, type Transaction } from '@codemirror/state';
import { type EditorView, hoverTooltip, showTooltip, type Tooltip } from '@codemirror/view';
import type { SyntaxNode } from '@lezer/common';
import type { Api, ApiMember } from './api.ts';
import { ApiTypes } from './api-types.ts';
import { detailOf, told } from './told.ts';

/** Returns the extensions that help with `api`. */
export function apiHelp(api: Api): Extension {
  const typesIn = (state: EditorState) => new ApiTypes(api, (from, to) => state.sliceDoc(from, to));
  const complete = (context: CompletionContext) => membersAt(context, api, typesIn(context.state));
  const field = StateField.define<Tooltip | null>({
    create: () => null,
    update: (shown, transaction) => signature(shown, transaction, typesIn),
    provide: (one) => showTooltip.from(one),
  });
  return [
    autocompletion({ icons: false }),
    typescriptLanguage.data.of({ autocomplete: complete }),
    typescriptLanguage.data.of({ autocomplete: localCompletionSource }),
    typescriptLanguage.data.of({ autocomplete: snippets }),
    hoverTooltip((view, pos, side) => hover(view, pos, side, typesIn(view.state))),
    field,
  ];
}

/** Completes the members of an object after its dot, and within a pattern that takes one apart. */
function membersAt(context: CompletionContext, api: Api, types: ApiTypes): CompletionResult | null {
  const word = context.matchBefore(/[\w$]*/);
  const from = word?.from ?? context.pos;
  const node = syntaxTree(context.state).resolveInner(context.pos, -1);
  const type = typeCompleted(node, from, types);
  if (type === null) return null;
  const options = api.members(type).map((member) => ({
    label: member.name,
    detail: detailOf(member),
    type: member.params ? 'method' : 'property',
    info: () => told(member),
  }));
  return options.length === 0 ? null : { from, options, validFor: /^[\w$]*$/ };
}

function typeCompleted(node: SyntaxNode, from: number, types: ApiTypes): string | null {
  for (let at: SyntaxNode | null = node; at; at = at.parent) {
    if (at.name === 'MemberExpression') {
      const dot = at.getChild('.') ?? at.getChild('?.');
      return dot && dot.to <= from ? types.typeOf(at.firstChild) : null;
    }
    if (at.name === 'ObjectPattern') return types.typeOfPattern(at);
    if (
      !['PropertyName', '⚠', '.', '?.', '{', ',', 'PatternProperty', 'VariableDefinition'].includes(at.name)
    )
      return null;
  }
  return null;
}

/** Completes statements where one can begin, not within an expression. */
function snippets(context: CompletionContext): CompletionResult | null {
  const word = context.matchBefore(/^\s*\w+/);
  if (word === null) return null;
  const { from, to } = word;
  const start = to - word.text.trimStart().length;
  return from === to ? null : { from: start, options: typescriptSnippets, validFor: /^\w*$/ };
}

function hover({ state }: EditorView, pos: number, side: -1 | 1, types: ApiTypes): Tooltip | null {
  const node = syntaxTree(state).resolveInner(pos, side);
  const member = memberNamed(node, types);
  if (member === null) return null;
  return { pos: node.from, end: node.to, above: true, create: () => ({ dom: told(member) }) };
}

function memberNamed(node: SyntaxNode, types: ApiTypes): ApiMember | null {
  if (node.name === 'VariableName') return types.memberAt(node);
  if (node.name === 'PropertyName' && node.parent?.name === 'MemberExpression')
    return types.memberAt(node.parent);
  if (node.name === 'VariableDefinition' || node.name === 'PropertyName') return types.memberDefined(node);
  return null;
}

/** Shows the parameters of a call while its arguments are typed; moving within them keeps it. */
function signature(
  shown: Tooltip | null,
  transaction: Transaction,
  typesIn: (state: EditorState) => ApiTypes,
): Tooltip | null {
  const { docChanged, selection, state } = transaction;
  if (!docChanged && !selection) return shown;
  if (shown === null && !(docChanged && transaction.isUserEvent('input'))) return null;
  const { head, empty } = state.selection.main;
  if (!empty) return null;
  const list = argumentsAt(syntaxTree(state).resolveInner(head, -1), head);
  const member = list && typesIn(state).memberAt(list.parent?.firstChild ?? null);
  if (!list || !member?.params?.length) return null;
  const active = list.getChildren(',').filter(({ to }) => to <= head).length;
  const create = () => ({ dom: told(member, active) });
  return shown?.pos === list.from && shownActive.get(shown) === active
    ? shown
    : remember({ pos: list.from, above: true, create }, active);
}

/** Which parameter a tooltip marks. */
const shownActive = new WeakMap<Tooltip, number>();
function remember(tooltip: Tooltip, active: number): Tooltip {
  shownActive.set(tooltip, active);
  return tooltip;
}

/** Returns the argument list that contains `pos`; null if there is none in the same function. */
function argumentsAt(node: SyntaxNode, pos: number): SyntaxNode | null {
  for (let at: SyntaxNode | null = node; at && at.name !== 'Block'; at = at.parent) {
    const closed = at.lastChild?.name === ')' ? at.lastChild.from : at.to;
    if (at.name === 'ArgList' && at.from < pos && pos <= closed) return at;
  }
  return null;
}
