import { Checkbox as Base } from '@base-ui/react/checkbox';
import { Check, Minus } from 'lucide-react';
import { type ReactNode, useId } from 'react';
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
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is a part of Base UI
    <label className={classNames('flex items-start gap-2', className)}>
      <Base.Root
        checked={value === true}
        indeterminate={value === 'mixed'}
        disabled={isDisabled}
        onCheckedChange={(next) => onChange(next)}
        aria-labelledby={id}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })}
        className={classNames(
          'my-0.5 inline-flex size-4 shrink-0 items-center justify-center rounded-sm border border-faint bg-raised text-on-solid',
          'data-checked:border-accent-solid data-checked:bg-accent-solid data-indeterminate:border-accent-solid data-indeterminate:bg-accent-solid data-disabled:opacity-50',
        )}
      >
        <Base.Indicator className="data-unchecked:hidden">
          {value === 'mixed' ? (
            <Minus aria-hidden className="size-3" strokeWidth={3} />
          ) : (
            <Check aria-hidden className="size-3" strokeWidth={3} />
          )}
        </Base.Indicator>
      </Base.Root>
      <span className={isLabelHidden ? 'sr-only' : undefined}>
        <span id={id}>{label}</span>
        {hint !== undefined && (
          <span id={`${id}-hint`} className="block text-subtle text-xs">
            {hint}
          </span>
        )}
      </span>
    </label>
  );
}
