import { Combobox as Base } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown, Search } from 'lucide-react';
import { classNames } from './class-names.ts';
import { controlClass, Field, type FieldProps } from './field.tsx';
import { POPUP_LAYER } from './layers.ts';
import { OPTION_CLASS, type Option } from './option.ts';

interface ComboboxProps<Value extends string> extends FieldProps {
  value: Value | null;
  onChange: (value: Value | null) => void;
  options: readonly Option<Value>[];
  placeholder?: string | undefined;
  /** What is said when nothing matches. */
  emptyText?: string | undefined;
  size?: 'small' | 'medium' | 'large' | undefined;
}

/** One of many values, found by typing a part of its label. */
export function Combobox<Value extends string>({
  value,
  onChange,
  options,
  placeholder = 'Choose…',
  emptyText = 'Nothing matches.',
  size,
  ...field
}: ComboboxProps<Value>) {
  return (
    <Field {...field}>
      {(control) => (
        <Base.Root<Option<Value>>
          items={options}
          value={options.find((option) => option.value === value) ?? null}
          onValueChange={(next) => onChange(next?.value ?? null)}
          autoHighlight
        >
          <Base.Trigger
            {...control}
            className={classNames(
              controlClass(size),
              'flex select-none items-center justify-between gap-2 pr-1.5 text-left',
            )}
          >
            <span className="truncate">
              <Base.Value placeholder={<span className="text-faint">{placeholder}</span>} />
            </span>
            <ChevronsUpDown aria-hidden className="size-3.5 shrink-0 text-faint" />
          </Base.Trigger>
          <Base.Portal>
            <Base.Positioner
              sideOffset={4}
              collisionPadding={8}
              className={classNames('outline-none', POPUP_LAYER)}
            >
              <Base.Popup
                aria-label={field.label}
                className="popup-motion flex max-h-[min(22rem,var(--available-height))] w-(--anchor-width) min-w-56 max-w-(--available-width) flex-col rounded-lg bg-raised shadow-popup outline-none"
              >
                <div className="flex h-8 shrink-0 items-center gap-2 border-line border-b px-2.5">
                  <Search aria-hidden className="size-3.5 shrink-0 text-faint" />
                  <Base.Input
                    aria-label={`Search in ${field.label}`}
                    placeholder="Search…"
                    className="h-full min-w-0 flex-1 bg-transparent text-sm outline-none"
                  />
                </div>
                <Base.Empty className="px-3 py-2 text-subtle empty:hidden">{emptyText}</Base.Empty>
                <Base.List className="min-h-0 flex-1 overflow-y-auto p-1 outline-none empty:hidden">
                  {(option: Option<Value>) => (
                    <Base.Item key={option.value} value={option} className={OPTION_CLASS}>
                      <span className="truncate">{option.label}</span>
                      {option.detail !== undefined && (
                        <span className="truncate text-faint text-xs">{option.detail}</span>
                      )}
                      <Base.ItemIndicator className="ml-auto pl-2">
                        <Check aria-hidden className="size-3.5 text-accent" />
                      </Base.ItemIndicator>
                    </Base.Item>
                  )}
                </Base.List>
              </Base.Popup>
            </Base.Positioner>
          </Base.Portal>
        </Base.Root>
      )}
    </Field>
  );
}
