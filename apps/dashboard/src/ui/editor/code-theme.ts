import { HighlightStyle } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** The look of the editor. The tokens reach into the shadow root, so it follows the theme of the page by itself. */
export const codeTheme = (minHeight: number, maxHeight: number): Extension =>
  EditorView.theme({
    '&': { color: 'var(--color-text)', backgroundColor: 'transparent', fontSize: '12px' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': {
      fontFamily: 'var(--font-mono)',
      lineHeight: '18px',
      minHeight: `${minHeight}px`,
      maxHeight: `${maxHeight}px`,
      overflow: 'auto',
    },
    '.cm-content': { padding: '6px 0', caretColor: 'var(--color-accent)' },
    '.cm-line': { padding: '0 8px' },
    '.cm-gutters': {
      backgroundColor: 'transparent',
      border: 'none',
      color: 'var(--color-faint)',
      paddingLeft: '4px',
    },
    '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--color-hover) 60%, transparent)' },
    '.cm-cursor': { borderLeftColor: 'var(--color-accent)' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
      backgroundColor: 'color-mix(in srgb, var(--color-accent) 22%, transparent)',
    },
    '&.cm-focused .cm-matchingBracket': {
      backgroundColor: 'var(--color-selected)',
      outline: '1px solid var(--color-line-strong)',
    },
    '.cm-lintRange-error': {
      backgroundImage: 'none',
      borderBottom: '2px dotted var(--color-danger-solid)',
    },
    '.cm-lintRange-warning': {
      backgroundImage: 'none',
      borderBottom: '2px dotted var(--color-warning-solid)',
    },
    '.cm-tooltip': {
      backgroundColor: 'var(--color-raised)',
      border: '1px solid var(--color-line-strong)',
      borderRadius: '6px',
      color: 'var(--color-text)',
      font: '12px/18px var(--font-sans)',
    },
  });

export const codeColours = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--color-code-key)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--color-code-string)' },
  { tag: tags.number, color: 'var(--color-code-number)' },
  {
    tag: [tags.keyword, tags.bool, tags.null, tags.operatorKeyword, tags.self],
    color: 'var(--color-code-word)',
  },
  {
    tag: [tags.comment, tags.lineComment, tags.blockComment],
    color: 'var(--color-faint)',
    fontStyle: 'italic',
  },
]);
