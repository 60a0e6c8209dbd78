import { lazy, Suspense } from 'react';
import type { CodeEditorProps } from './editor/code-editor-props.ts';
import { Field } from './field.tsx';
import { Skeleton } from './skeleton.tsx';

const Editor = lazy(() => import('./editor/code-mirror.tsx'));

/** For filters, transformations and payloads. The library behind it is loaded when the first one is shown. */
export function CodeEditor({ label, isLabelHidden, hint, error, className, ...editor }: CodeEditorProps) {
  return (
    <Field
      label={label}
      isLabelHidden={isLabelHidden}
      isLabelable={false}
      hint={hint}
      error={error}
      className={className}
    >
      {() => (
        <Suspense fallback={<Skeleton className="h-40 w-full" />}>
          <Editor {...editor} label={label} error={error} />
        </Suspense>
      )}
    </Field>
  );
}
