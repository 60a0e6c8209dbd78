import { Select as Base } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import { classNames } from './class-names.ts';
import { controlClass, Field, type FieldProps } from './field.tsx';
import { POPUP_LAYER } from './layers.ts';
import { OPTION_CLASS, type Option } from './option.ts';

interface SelectProps<Value extends string> extends FieldProps {
  value: Value | null;
  onChange: (value: Value) => void;
  options: readonly Option<Value>[];
  placeholder?: string | undefined;
  size?: 'small' | 'medium' | 'large' | undefined;
  isDisabled?: boolean | undefined;
}

/** One of a few values. For more than about fifteen take a `Combobox`, which searches. */
export function Select<Value extends string>({
  value,
  onChange,
  options,
  placeholder = 'Choose…',
  size,
  isDisabled = false,
  ...field
}: SelectProps<Value>) {
  return (
    <Field {...field}>
      {(control) => (
        <Base.Root<Value>
          items={options}
          value={value}
          disabled={isDisabled}
          modal={false}
          onValueChange={(next) => next !== null && onChange(next)}
        >
          <Base.Trigger
            {...control}
            className={classNames(
              controlClass(size),
              'flex select-none items-center justify-between gap-2 pr-1.5 text-left data-disabled:opacity-60',
            )}
          >
            <Base.Value className="truncate data-placeholder:text-faint" placeholder={placeholder} />
            <Base.Icon>
              <ChevronsUpDown aria-hidden className="size-3.5 text-faint" />
            </Base.Icon>
          </Base.Trigger>
          <Base.Portal>
            <Base.Positioner
              alignItemWithTrigger={false}
              sideOffset={4}
              collisionPadding={8}
              className={classNames('outline-none', POPUP_LAYER)}
            >
              <Base.Popup className="popup-motion max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto rounded-lg bg-raised shadow-popup outline-none">
                <Base.List className="p-1 outline-none">
                  {options.map((option) => (
                    <Base.Item key={option.value} value={option.value} className={OPTION_CLASS}>
                      <Base.ItemText className="truncate">{option.label}</Base.ItemText>
                      {option.detail !== undefined && (
                        <span className="truncate text-faint text-xs">{option.detail}</span>
                      )}
                      <Base.ItemIndicator className="ml-auto pl-2">
                        <Check aria-hidden className="size-3.5 text-accent" />
                      </Base.ItemIndicator>
                    </Base.Item>
                  ))}
                </Base.List>
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        </Base.Root>
      )}
    </Field>
  );
}
