/** Long lines are wrapped, and continue further right than they begin. */
import { countColumn, type Extension, type Range } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';

/** How much further, in columns. */
const HANG = 4;
/** Deepest indentation that is followed, in columns: an editor on a phone has 40. */
const DEEPEST = 16;

/** A class for each indentation: the page's policy refuses styles in attributes. */
const CLASSES = Array.from({ length: DEEPEST + 1 }, (_, columns) => ({
  name: `indent-${columns}`,
  style: { paddingLeft: `calc(0.5rem + ${columns + HANG}ch)`, textIndent: `-${columns + HANG}ch` },
}));
const DECORATIONS = CLASSES.map(({ name }) => Decoration.line({ class: name }));

const lines = ViewPlugin.define(
  (view) => ({
    decorations: indented(view),
    update({ docChanged, viewportChanged, view }: ViewUpdate) {
      if (docChanged || viewportChanged) this.decorations = indented(view);
    },
  }),
  { decorations: ({ decorations }) => decorations },
);

function indented({ state, visibleRanges }: EditorView): DecorationSet {
  const ranges: Range<Decoration>[] = [];
  for (const { from, to } of visibleRanges) {
    for (let at = from; at <= to; ) {
      const line = state.doc.lineAt(at);
      const [blank = ''] = /^\s*/.exec(line.text) ?? [];
      const decoration = DECORATIONS[Math.min(countColumn(blank, state.tabSize), DEEPEST)];
      if (decoration) ranges.push(decoration.range(line.from));
      at = line.to + 1;
    }
  }
  return Decoration.set(ranges);
}

export const HANGING_INDENT: Extension = [
  EditorView.lineWrapping,
  lines,
  EditorView.theme(Object.fromEntries(CLASSES.map(({ name, style }) => [`.cm-line.${name}`, style]))),
];
