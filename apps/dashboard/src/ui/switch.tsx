import { Switch as Base } from '@base-ui/react/switch';
import { type ReactNode, useId } from 'react';
import { classNames } from './class-names.ts';

interface SwitchProps {
  label: string;
  hint?: ReactNode;
  value: boolean;
  onChange: (value: boolean) => void;
  isDisabled?: boolean | undefined;
  className?: string | undefined;
}

/** Switches something on and off at once. In a form that is sent later, take a `Checkbox`. */
export function Switch({ label, hint, value, onChange, isDisabled = false, className }: SwitchProps) {
  const id = useId();
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is a part of Base UI
    <label className={classNames('flex items-start gap-2', className)}>
      <Base.Root
        checked={value}
        disabled={isDisabled}
        onCheckedChange={(next) => onChange(next)}
        aria-labelledby={id}
        {...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` })}
        className="mt-0.5 inline-flex h-4 w-7 shrink-0 items-center rounded-full bg-muted-solid p-0.5 transition-colors data-checked:bg-accent-solid data-disabled:opacity-50"
      >
        <Base.Thumb className="size-3 rounded-full bg-on-solid shadow-control transition-transform data-checked:translate-x-3" />
      </Base.Root>
      <span>
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
