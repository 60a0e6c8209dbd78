import { Radio } from '@base-ui/react/radio';
import { RadioGroup } from '@base-ui/react/radio-group';
import { classNames } from './class-names.ts';
import type { Option } from './option.ts';

interface SegmentedControlProps<Value extends string> {
  label: string;
  value: Value;
  onChange: (value: Value) => void;
  options: readonly Option<Value>[];
  size?: 'small' | 'medium' | undefined;
  className?: string | undefined;
}

/** One of two to five values, all of them visible. */
export function SegmentedControl<Value extends string>({
  label,
  value,
  onChange,
  options,
  size = 'medium',
  className,
}: SegmentedControlProps<Value>) {
  return (
    <RadioGroup
      aria-label={label}
      value={value}
      onValueChange={(next) => onChange(next as Value)}
      className={classNames('inline-flex shrink-0 gap-px rounded-md bg-muted-tint p-0.5', className)}
    >
      {options.map((option) => (
        <Radio.Root
          key={option.value}
          value={option.value}
          aria-label={option.label}
          className={classNames(
            'inline-flex select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-sm font-medium text-subtle text-xs transition-colors hover:text-text',
            'data-checked:bg-thumb data-checked:text-text data-checked:shadow-control',
            size === 'small' ? 'h-5 px-1.5' : 'h-6 px-2.5',
          )}
        >
          {option.label}
          {option.detail !== undefined && <span className="text-faint tabular-nums">{option.detail}</span>}
        </Radio.Root>
      ))}
    </RadioGroup>
  );
}
