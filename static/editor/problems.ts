/**
 * What is wrong with the program, on its line: errors of the compiler and of a run, in full below the line, and hints,
 * which are only underlined. Editing a line removes its problems: they were about what stood there.
 */
import {
  type ChangeDesc,
  type Extension,
  type Range,
  StateEffect,
  StateField,
  type Text,
} from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  hoverTooltip,
  keymap,
  WidgetType,
} from '@codemirror/view';

/** Where something is wrong: line and column from 1. Without an end it reaches to the end of the word or line. */
export type Problem = { line: number; column: number; endLine?: number; endColumn?: number; text: string };

/** `syntax`: what the compiler refuses; `thrown`: what a run has thrown; `hint`: types that do not fit. */
export const PROBLEM_KINDS = ['syntax', 'thrown', 'hint'] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

/** Replaces all problems of a kind. */
export const setProblems = StateEffect.define<{ kind: ProblemKind; problems: readonly Problem[] }>();

type Placed = { kind: ProblemKind; from: number; to: number; text: string };

const field = StateField.define<readonly Placed[]>({
  create: () => [],
  update(placed, { changes, docChanged, startState, state, effects }) {
    let kept = docChanged ? placed.flatMap((one) => moved(one, changes, startState.doc)) : placed;
    for (const effect of effects) {
      if (!effect.is(setProblems)) continue;
      const { kind, problems } = effect.value;
      kept = [
        ...kept.filter((one) => one.kind !== kind),
        ...problems.map((one) => place(one, kind, state.doc)),
      ];
    }
    return kept;
  },
  provide: (one) =>
    EditorView.decorations.compute([one], (state) => decorations(state.field(one), state.doc)),
});

/** Shows problems; F8 goes to the next one. */
export function problemMarks(): Extension {
  return [
    field,
    hoverTooltip((view, pos) => {
      const at = view.state.field(field).filter(({ from, to }) => from <= pos && pos <= to);
      const first = at[0];
      if (!first) return null;
      const create = () => {
        const dom = document.createElement('div');
        dom.className = 'told';
        dom.textContent = at.map(({ text }) => text).join('\n');
        return { dom };
      };
      return { pos: first.from, end: first.to, above: true, create };
    }),
    keymap.of([{ key: 'F8', run: toNext }]),
  ];
}

/** Moves the cursor to the next problem, after the last one to the first, and says it to screen readers. */
function toNext(view: EditorView): boolean {
  const placed = [...view.state.field(field)].sort((a, b) => a.from - b.from);
  const next = placed.find(({ from }) => from > view.state.selection.main.head) ?? placed[0];
  if (!next) return false;
  view.dispatch({
    selection: { anchor: next.from },
    effects: [EditorView.scrollIntoView(next.from, { y: 'center' }), EditorView.announce.of(next.text)],
  });
  return true;
}

/** Moves a problem with the text around it; removes it if its line has changed. */
function moved(one: Placed, changes: ChangeDesc, before: Text): Placed[] {
  const line = before.lineAt(one.from);
  if (changes.touchesRange(line.from, line.to)) return [];
  return [{ ...one, from: changes.mapPos(one.from, 1), to: changes.mapPos(one.to, -1) }];
}

function place({ line, column, endLine, endColumn, text }: Problem, kind: ProblemKind, doc: Text): Placed {
  const offset = (number: number, column: number) => {
    const { from, length } = doc.line(Math.min(Math.max(number, 1), doc.lines));
    return from + Math.min(Math.max(column - 1, 0), length);
  };
  const from = offset(line, column);
  const rest = doc.lineAt(from);
  const word = /^[\w$]+/.exec(doc.sliceString(from, rest.to))?.[0].length ?? rest.to - from;
  const to = endLine === undefined || endColumn === undefined ? from + word : offset(endLine, endColumn);
  return { kind, from, to: Math.max(from, to), text };
}

class Message extends WidgetType {
  readonly #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  override eq(other: Message): boolean {
    return other.#text === this.#text;
  }

  override toDOM(): HTMLElement {
    const dom = document.createElement('div');
    dom.className = 'wrong';
    dom.textContent = `✕ ${this.#text}`;
    return dom;
  }
}

function decorations(placed: readonly Placed[], doc: Text): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  for (const { kind, from, to, text } of placed) {
    const isHint = kind === 'hint';
    if (to > from) ranges.push(Decoration.mark({ class: isHint ? 'hint' : 'error' }).range(from, to));
    if (isHint) continue;
    const line = doc.lineAt(from);
    ranges.push(Decoration.line({ class: 'is-wrong' }).range(line.from));
    ranges.push(Decoration.widget({ widget: new Message(text), side: 2, block: true }).range(line.to));
  }
  return Decoration.set(ranges, true);
}
