/** The editor's look: the page's colours and fonts, which its shadow root inherits as custom properties. */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const HIGHLIGHTS = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--lane-5)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--message)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--lane-2)' },
  { tag: [tags.typeName, tags.className], color: 'var(--lane-1)' },
  { tag: tags.function(tags.definition(tags.variableName)), fontWeight: '650' },
  { tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
  { tag: tags.invalid, color: 'var(--wrong)' },
]);

const LOOK = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--raised)', maxHeight: 'var(--editor-height, 30rem)' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '0' },
  '.cm-scroller': { font: 'var(--code-size, var(--small)) / 1.55 var(--mono)', overflow: 'auto' },
  '.cm-content': { padding: '0.6rem 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 0.75rem 0 0.5rem' },
  '.cm-cursor': { borderLeft: '2px solid var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--raised)', color: 'var(--muted)', border: '0' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '2.25rem', padding: '0 0.4rem 0 0.5rem' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--ink) 5%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--ink)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 25%, transparent)',
  },
  '&.cm-focused .cm-matchingBracket': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 20%, transparent)',
    outline: '1px solid var(--edge)',
  },
  // A line that jobs are at, and one of the selected bar: as in the program that is only read (take-away.css).
  '.cm-line.is-at': {
    backgroundColor: 'color-mix(in srgb, var(--accent) 10%, transparent)',
    boxShadow: 'inset 3px 0 var(--accent)',
  },
  '.cm-line.is-chosen': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.at': { marginLeft: '1.5rem', color: 'var(--accent)', whiteSpace: 'nowrap', userSelect: 'none' },
  '.unseen': {
    position: 'absolute',
    width: '1px',
    height: '1px',
    overflow: 'hidden',
    clipPath: 'inset(50%)',
  },
  '.is-seen': { cursor: 'pointer', textDecoration: 'underline dotted', textUnderlineOffset: '0.25em' },
  '.is-seen:hover, .is-pressed': { color: 'var(--accent)', fontWeight: '650' },
  // Errors stand below their line, in full; hints are underlined, and shown when pointed at.
  '.error': { textDecoration: 'underline wavy var(--wrong)', textUnderlineOffset: '0.25em' },
  '.hint': { textDecoration: 'underline dotted 2px var(--edge)', textUnderlineOffset: '0.25em' },
  '.is-wrong': { backgroundColor: 'color-mix(in srgb, var(--wrong) 10%, transparent)' },
  '.wrong': {
    padding: '0.1rem 0.75rem 0.3rem 0.5rem',
    backgroundColor: 'color-mix(in srgb, var(--wrong) 10%, transparent)',
    color: 'var(--wrong)',
    fontFamily: 'var(--sans)',
    whiteSpace: 'pre-wrap',
    overflowWrap: 'anywhere',
  },
  '.cm-tooltip': {
    maxWidth: 'min(32rem, 90vw)',
    border: '1px solid var(--edge)',
    borderRadius: '5px',
    backgroundColor: 'var(--paper)',
    color: 'var(--ink)',
    boxShadow: '0 2px 8px rgb(0 0 0 / 0.2)',
    fontSize: 'var(--small)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '14em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '0.15rem 0.6rem' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': {
    backgroundColor: 'var(--accent)',
    color: 'var(--on-accent)',
  },
  '.cm-completionDetail': { color: 'inherit', fontStyle: 'normal', opacity: '0.75' },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '700' },
  '.cm-tooltip.cm-completionInfo, .told': { padding: '0.4rem 0.6rem', lineHeight: '1.45' },
  '.told code': { font: 'inherit', fontFamily: 'var(--mono)' },
  '.told p': { margin: '0.3rem 0 0' },
  '.told .is-active': { fontWeight: '700', textDecoration: 'underline' },
  // What the lesson has and this program has not, and the other way round.
  '.cm-changedLine': { backgroundColor: 'color-mix(in srgb, var(--queue) 14%, transparent) !important' },
  '.cm-changedText': { background: 'color-mix(in srgb, var(--queue) 25%, transparent) !important' },
  '.cm-deletedChunk': { backgroundColor: 'color-mix(in srgb, var(--wrong) 9%, transparent)' },
  '.cm-deletedChunk .cm-deletedText': {
    background: 'color-mix(in srgb, var(--wrong) 22%, transparent) !important',
  },
  '.cm-deletedLine, .cm-deletedChunk del': { textDecoration: 'none' },
  '.cm-changeGutter': { width: '3px', paddingLeft: '1px' },
  '.cm-changedLineGutter': { background: 'var(--queue)' },
  '.cm-deletedLineGutter': { background: 'var(--wrong)' },
  // Where colours are the system's, shapes and its own colours say the same.
  '@media (forced-colors: active)': {
    '&': { border: '1px solid CanvasText' },
    '.cm-line.is-at': { outline: '1px dotted CanvasText', outlineOffset: '-1px' },
    '.is-wrong, .wrong': { borderLeft: '3px double CanvasText' },
    '.cm-changedLine': { borderLeft: '3px solid CanvasText' },
    '.cm-deletedChunk': { borderLeft: '3px dashed CanvasText' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, .cm-tooltip-autocomplete ul li[aria-selected]':
      { backgroundColor: 'Highlight', color: 'HighlightText', forcedColorAdjust: 'none' },
  },
});

/** The page's light or dark is in its custom properties, so the editor has one theme. */
export const THEME: Extension = [LOOK, syntaxHighlighting(HIGHLIGHTS)];
