import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import { controlClass, Field, type FieldProps } from './field.tsx';

interface TextAreaProps
  extends FieldProps,
    Omit<ComponentProps<'textarea'>, 'value' | 'onChange' | 'className'> {
  value: string;
  onChange: (value: string) => void;
  isMono?: boolean | undefined;
}

/** Several lines of text. Code is edited in a `CodeEditor`. */
export function TextArea({
  label,
  isLabelHidden,
  hint,
  error,
  className,
  value,
  onChange,
  isMono = false,
  rows = 4,
  ...rest
}: TextAreaProps) {
  return (
    <Field label={label} isLabelHidden={isLabelHidden} hint={hint} error={error} className={className}>
      {(control) => (
        <textarea
          spellCheck={!isMono}
          rows={rows}
          {...rest}
          {...control}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={classNames(controlClass(), 'h-auto py-1.5', isMono && 'font-mono text-xs')}
        />
      )}
    </Field>
  );
}
