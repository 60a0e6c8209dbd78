import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { type Diagnostic, setDiagnostics } from '@codemirror/lint';
import { Annotation, Compartment, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import type { CodeProblem, EditorProps } from './code-editor-props.ts';
import { codeColours, codeTheme } from './code-theme.ts';

const LINE_HEIGHT = 18;
/** Each language is a separate file. An editor loads the one that it needs. */
const LANGUAGES: Readonly<Record<EditorProps['language'], () => Promise<Extension>>> = {
  json: async () => (await import('@codemirror/lang-json')).json(),
  javascript: async () => (await import('@codemirror/lang-javascript')).javascript(),
};
/** Marks a change that came from `value`, so that it is not reported back. */
const fromOutside = Annotation.define<boolean>();

interface CodeMirrorProps extends EditorProps {
  label: string;
  error: string | undefined;
}

/**
 * CodeMirror in a shadow root. There its styles are constructed style sheets; in the page itself they would be `<style>`
 * elements, which the Content-Security-Policy blocks.
 */
export default function CodeMirror({
  label,
  error,
  value,
  onChange,
  language,
  problems,
  minLines = 6,
  maxLines = 24,
}: CodeMirrorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const attributes = useRef(new Compartment());
  const grammar = useRef(new Compartment());
  const report = useRef(onChange);
  report.current = onChange;
  const first = useRef(value);
  const isReadOnly = onChange === undefined;

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
    const parent = document.createElement('div');
    root.append(parent);
    const made = new EditorView({
      root,
      parent,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          indentUnit.of('  '),
          indentOnInput(),
          bracketMatching(),
          closeBrackets(),
          highlightActiveLine(),
          grammar.current.of([]),
          syntaxHighlighting(codeColours),
          codeTheme(minLines * LINE_HEIGHT, maxLines * LINE_HEIGHT),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap, indentWithTab]),
          EditorView.lineWrapping,
          EditorState.readOnly.of(isReadOnly),
          attributes.current.of([]),
          EditorView.updateListener.of((update) => {
            const isOurs = update.transactions.some((transaction) => transaction.annotation(fromOutside));
            if (update.docChanged && !isOurs) report.current?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    LANGUAGES[language]().then(
      (extension) => {
        if (view.current === made) made.dispatch({ effects: grammar.current.reconfigure(extension) });
      },
      // The text can be edited without its colours.
      () => {},
    );
    return () => {
      made.destroy();
      parent.remove();
      view.current = undefined;
    };
  }, [language, isReadOnly, minLines, maxLines]);

  useEffect(() => {
    first.current = value;
    const made = view.current;
    if (!made || made.state.doc.toString() === value) return;
    made.dispatch({
      changes: { from: 0, to: made.state.doc.length, insert: value },
      annotations: fromOutside.of(true),
    });
  }, [value]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: an editor that was made again needs its problems too
  useEffect(() => {
    const made = view.current;
    if (made)
      made.dispatch(
        setDiagnostics(
          made.state,
          (problems ?? []).map((each) => inside(each, made.state.doc.length)),
        ),
      );
  }, [problems, language, isReadOnly]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: an editor that was made again needs its name too
  useEffect(() => {
    view.current?.dispatch({
      effects: attributes.current.reconfigure(
        EditorView.contentAttributes.of({
          'aria-label': label,
          // An id in the page means nothing in a shadow root, so the error itself is the description.
          ...(error === undefined ? {} : { 'aria-invalid': 'true', 'aria-description': error }),
        }),
      ),
    });
  }, [label, error, language, isReadOnly]);

  return (
    <div
      ref={host}
      className="overflow-hidden rounded-md border border-line-strong bg-raised focus-within:border-accent focus-within:outline-1 focus-within:outline-accent"
    />
  );
}

/** The text may have become shorter since the dry run. */
function inside({ from, to, message, severity }: CodeProblem, length: number): Diagnostic {
  return { from: Math.min(from, length), to: Math.min(Math.max(to, from), length), message, severity };
}
