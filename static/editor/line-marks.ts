/**
 * Marks of lines in the editor, as in the program that is only read: those that jobs are at, and those of the selected
 * bar. The number of a line at which something was seen is a button that marks its bars.
 */
import { type Extension, type Range, RangeSet, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  EditorView,
  GutterMarker,
  gutterLineClass,
  keymap,
  lineNumbers,
  WidgetType,
} from '@codemirror/view';
import type { LineMarks } from '../run/line-marks.ts';

/** By line, from 1. */
export type MarkedLines = ReadonlyMap<number, LineMarks>;

/** Replaces all marks. */
export const markLines = StateEffect.define<MarkedLines>();

const marked = StateField.define<MarkedLines>({
  create: () => new Map(),
  // The lines of an edited program are no longer those that were run.
  update: (lines, { docChanged, effects }) =>
    effects.find((one) => one.is(markLines))?.value ?? (docChanged && lines.size > 0 ? new Map() : lines),
  provide: (field) => [
    EditorView.decorations.compute([field], (state) => decorations(state.field(field), state.doc)),
    gutterLineClass.compute([field], (state) => numbers(state.field(field), state.doc)),
  ],
});

/** Returns line numbers and marks; `press` is called with the line of a button that is pressed. */
export function lineMarks(press: (line: number) => void): Extension {
  const pressed = (view: EditorView, pos: number) => {
    const { number } = view.state.doc.lineAt(pos);
    const isButton = view.state.field(marked).get(number)?.pressed !== undefined;
    if (isButton && view.state.field(marked).get(number)?.pressed !== null) press(number);
    return isButton;
  };
  return [
    marked,
    lineNumbers({ domEventHandlers: { click: (view, { from }) => pressed(view, from) } }),
    keymap.of([{ key: 'Alt-Enter', run: (view) => pressed(view, view.state.selection.main.head) }]),
  ];
}

class Label extends WidgetType {
  readonly #label: string;
  readonly #byMode: string | null;

  constructor(label: string, byMode: string | null) {
    super();
    this.#label = label;
    this.#byMode = byMode;
  }

  override eq(other: Label): boolean {
    return other.#label === this.#label && other.#byMode === this.#byMode;
  }

  override toDOM(): HTMLElement {
    const dom = document.createElement('span');
    dom.className = 'at';
    dom.textContent = this.#label;
    if (this.#byMode !== null) {
      dom.title = this.#byMode;
      const unseen = document.createElement('span');
      unseen.className = 'unseen';
      unseen.textContent = ` (${this.#byMode})`;
      dom.append(unseen);
    }
    return dom;
  }
}

type Doc = { readonly lines: number; line(n: number): { from: number; to: number } };

function decorations(lines: MarkedLines, doc: Doc): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  for (const [number, { label, byMode, isAt, isChosen }] of lines) {
    if (number > doc.lines) continue;
    const { from, to } = doc.line(number);
    const classes = [isAt && 'is-at', isChosen && 'is-chosen'].filter(Boolean).join(' ');
    if (classes !== '') ranges.push(Decoration.line({ class: classes }).range(from));
    if (label !== '') ranges.push(Decoration.widget({ widget: new Label(label, byMode), side: 1 }).range(to));
  }
  return Decoration.set(ranges, true);
}

class NumberClass extends GutterMarker {
  override readonly elementClass: string;

  constructor(elementClass: string) {
    super();
    this.elementClass = elementClass;
  }

  override eq(other: NumberClass): boolean {
    return other.elementClass === this.elementClass;
  }
}
const SEEN = new NumberClass('is-seen');
const PRESSED = new NumberClass('is-seen is-pressed');

function numbers(lines: MarkedLines, doc: Doc): RangeSet<GutterMarker> {
  const ranges = [...lines].flatMap(([number, { pressed }]) =>
    pressed === null || number > doc.lines ? [] : [(pressed ? PRESSED : SEEN).range(doc.line(number).from)],
  );
  return RangeSet.of(ranges, true);
}
