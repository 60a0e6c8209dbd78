import type { LucideIcon } from 'lucide-react';
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { controlClass, Field, type FieldProps } from './field.tsx';

interface TextFieldProps
  extends FieldProps,
    Omit<ComponentProps<'input'>, 'size' | 'value' | 'onChange' | 'className'> {
  value: string;
  onChange: (value: string) => void;
  size?: 'small' | 'medium' | 'large' | undefined;
  /** For ids, addresses and code. */
  isMono?: boolean | undefined;
  icon?: LucideIcon | undefined;
  /** At the right edge, such as a unit or a button. */
  end?: ReactNode;
}

/** One line of text. */
export function TextField({
  label,
  isLabelHidden,
  hint,
  error,
  className,
  value,
  onChange,
  size,
  isMono = false,
  icon: Icon,
  end,
  ...rest
}: TextFieldProps) {
  return (
    <Field label={label} isLabelHidden={isLabelHidden} hint={hint} error={error} className={className}>
      {(control) => (
        <div className="relative flex items-center">
          {Icon && <Icon aria-hidden className="pointer-events-none absolute left-2 size-3.5 text-faint" />}
          <input
            type="text"
            autoComplete="off"
            spellCheck={false}
            {...rest}
            {...control}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            className={classNames(
              controlClass(size),
              isMono && 'font-mono text-xs',
              Icon && 'pl-7',
              end !== undefined && 'pr-14',
            )}
          />
          {end !== undefined && (
            <div className="absolute right-1 flex items-center text-subtle text-xs">{end}</div>
          )}
        </div>
      )}
    </Field>
  );
}
