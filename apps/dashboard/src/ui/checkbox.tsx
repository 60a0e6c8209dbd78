import { Check, Minus } from 'lucide-react';
import { type ReactNode, useCallback, useId } from 'react';
import { classNames } from './class-names.ts';

interface CheckboxProps {
  label: string;
  /** Only for screen readers, as in a row of a list. */
  isLabelHidden?: boolean | undefined;
  hint?: ReactNode;
  /** `mixed`: some of the things below it are chosen. */
  value: boolean | 'mixed';
  onChange: (value: boolean) => void;
  isDisabled?: boolean | undefined;
  className?: string | undefined;
}

/** Yes or no, in a form or for a row. The control is the browser's own: a list has hundreds of them. */
export function Checkbox({
  label,
  isLabelHidden = false,
  hint,
  value,
  onChange,
  isDisabled = false,
  className,
}: CheckboxProps) {
  const id = useId();
  const isMixed = value === 'mixed';
  // HTML has no attribute for it.
  const setMixed = useCallback(
    (element: HTMLInputElement | null) => {
      if (element) element.indeterminate = isMixed;
    },
    [isMixed],
  );
  return (
    <label className={classNames('flex items-start gap-2', className)}>
      <span className="relative my-0.5 inline-flex size-4 shrink-0 items-center justify-center text-on-solid">
        <input
          ref={setMixed}
          type="checkbox"
          checked={value === true}
          disabled={isDisabled}
          onChange={(event) => onChange(event.target.checked)}
          aria-labelledby={isLabelHidden ? undefined : id}
          aria-label={isLabelHidden ? label : undefined}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          className="peer absolute inset-0 appearance-none rounded-sm border border-faint bg-raised checked:border-accent-solid checked:bg-accent-solid indeterminate:border-accent-solid indeterminate:bg-accent-solid disabled:opacity-50"
        />
        <Check
          aria-hidden
          strokeWidth={3}
          className="pointer-events-none relative hidden size-3 peer-checked:block"
        />
        <Minus
          aria-hidden
          strokeWidth={3}
          className="pointer-events-none relative hidden size-3 peer-indeterminate:block"
        />
      </span>
      {!isLabelHidden && (
        <span>
          <span id={id}>{label}</span>
          {hint !== undefined && (
            <span id={`${id}-hint`} className="block text-subtle text-xs">
              {hint}
            </span>
          )}
        </span>
      )}
    </label>
  );
}
