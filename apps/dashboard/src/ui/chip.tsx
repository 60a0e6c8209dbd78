import { X } from 'lucide-react';
import { classNames } from './class-names.ts';
import { Tooltip } from './tooltip.tsx';

interface ChipProps {
  /** What is filtered: `status`. */
  name: string;
  /** As a person reads it: `failed or retrying`. */
  value: string;
  negated?: boolean | undefined;
  /** Absent: the filter cannot be negated. */
  onNegate?: (() => void) | undefined;
  /** Opens what changes the value. */
  onEdit?: (() => void) | undefined;
  onRemove: () => void;
}

/** One filter: its name, whether it must hold or must not, and its value. Each of the three can be pressed. */
export function Chip({ name, value, negated = false, onNegate, onEdit, onRemove }: ChipProps) {
  const operator = negated ? 'is not' : 'is';
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form, and cannot be in a line of text
    <span
      role="group"
      aria-label={`Filter: ${name} ${operator} ${value}`}
      className={classNames(
        'inline-flex h-6 max-w-full items-center divide-x rounded-md border text-xs',
        negated
          ? 'divide-danger-solid/30 border-danger-solid/40 bg-danger-tint'
          : 'divide-line-strong border-line-strong bg-raised',
      )}
    >
      <span className="whitespace-nowrap px-1.5 text-subtle">{name}</span>
      {onNegate ? (
        <Tooltip text={negated ? 'Show only these' : 'Show all but these'}>
          <button
            type="button"
            aria-label={`${operator}: press to show ${negated ? 'only' : 'all but'} ${name} ${value}`}
            onClick={onNegate}
            className={classNames(
              'h-full whitespace-nowrap px-1.5 hover:bg-hover',
              negated ? 'font-medium text-danger' : 'text-subtle',
            )}
          >
            {operator}
          </button>
        </Tooltip>
      ) : (
        <span className="whitespace-nowrap px-1.5 text-subtle">{operator}</span>
      )}
      {onEdit ? (
        <button
          type="button"
          aria-label={`${value}: change the filter ${name}`}
          onClick={onEdit}
          className="h-full min-w-0 truncate px-1.5 font-medium hover:bg-hover"
        >
          {value}
        </button>
      ) : (
        <span className="min-w-0 truncate px-1.5 font-medium">{value}</span>
      )}
      <button
        type="button"
        aria-label={`Remove the filter ${name}`}
        onClick={onRemove}
        className="inline-flex h-full w-6 shrink-0 items-center justify-center rounded-r-md text-subtle hover:bg-hover hover:text-text"
      >
        <X aria-hidden className="size-3" />
      </button>
    </span>
  );
}
