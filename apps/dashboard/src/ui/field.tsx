import { CircleAlert } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { classNames } from './class-names.ts';

/** What a control passes to its input, so that label, hint and error belong to it. */
export interface FieldControl {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

export interface FieldProps {
  label: string;
  /** Only for screen readers, where the place says what it is. */
  isLabelHidden?: boolean | undefined;
  hint?: ReactNode;
  error?: string | undefined;
  className?: string | undefined;
}

/** The label, the hint and the error around a control. */
export function Field({
  label,
  isLabelHidden = false,
  hint,
  error,
  className,
  isLabelable = true,
  children,
}: FieldProps & {
  /** A `<label>` can belong to controls of HTML only. */
  isLabelable?: boolean | undefined;
  children: (control: FieldControl) => ReactNode;
}) {
  const id = useId();
  const labelClass = isLabelHidden ? 'sr-only' : 'font-medium text-xs';
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`].filter(
    Boolean,
  );
  return (
    <div className={classNames('flex min-w-0 flex-col gap-1', className)}>
      {isLabelable ? (
        <label htmlFor={id} className={labelClass}>
          {label}
        </label>
      ) : (
        <span className={labelClass}>{label}</span>
      )}
      {children({
        id,
        'aria-describedby': described.length > 0 ? described.join(' ') : undefined,
        'aria-invalid': error !== undefined || undefined,
      })}
      {hint !== undefined && (
        <div id={`${id}-hint`} className="text-subtle text-xs">
          {hint}
        </div>
      )}
      {error !== undefined && (
        <div id={`${id}-error`} className="flex items-start gap-1 text-danger text-xs">
          <CircleAlert aria-hidden className="mt-0.5 size-3 shrink-0" />
          {error}
        </div>
      )}
    </div>
  );
}

/** The frame of everything that one types or chooses in. */
export const controlClass = (size: 'small' | 'medium' | 'large' = 'medium'): string =>
  classNames(
    'w-full min-w-0 rounded-md border border-line-strong bg-raised text-sm text-text shadow-control transition-colors',
    'hover:border-faint focus-visible:border-accent focus-visible:outline-1 focus-visible:outline-offset-0',
    'disabled:bg-canvas disabled:text-faint aria-invalid:border-danger-solid aria-invalid:outline-danger-solid',
    { small: 'h-6 px-2 text-xs', medium: 'h-7 px-2', large: 'h-9 px-3' }[size],
  );
