import { ListFilter } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Chip } from '../ui/chip.tsx';
import { Combobox } from '../ui/combobox.tsx';
import { Popover } from '../ui/popover.tsx';
import { Select } from '../ui/select.tsx';
import { TextField } from '../ui/text-field.tsx';
import {
  activeFilters,
  type FilterField,
  type Filters,
  turnedAround,
  withoutFilter,
} from '../url/filters.ts';

interface FilterBarProps {
  fields: readonly FilterField[];
  filters: Filters;
  onChange: (filters: Filters) => void;
}

/** The filters of a list as chips, and a button that adds one. They are applied at once. */
export function FilterBar({ fields, filters, onChange }: FilterBarProps) {
  const [edited, setEdited] = useState<string>();
  const active = activeFilters(filters, fields);
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      {active.map((filter) => {
        const { field, name, value, isNegated } = filter;
        return (
          <Chip
            key={name}
            name={field.label}
            value={
              (field.choices ?? field.suggestions)?.find((choice) => choice.value === value)?.label ?? value
            }
            negated={isNegated}
            {...(field.notName !== undefined && { onNegate: () => onChange(turnedAround(filters, filter)) })}
            onEdit={() => setEdited(name)}
            onRemove={() => onChange(withoutFilter(filters, name))}
          />
        );
      })}
      <Popover
        trigger={
          <Button size="small" tone="quiet" icon={ListFilter}>
            Filter
          </Button>
        }
        title="Show only those with"
        open={edited !== undefined}
        onOpenChange={(open) => setEdited(open ? (edited ?? fields[0]?.name) : undefined)}
      >
        {edited !== undefined && (
          <FilterForm
            key={edited}
            fields={fields}
            name={edited}
            filters={filters}
            onName={setEdited}
            onApply={(next) => {
              onChange(next);
              setEdited(undefined);
            }}
          />
        )}
      </Popover>
      {active.length > 1 && (
        <Button size="small" tone="quiet" onClick={() => onChange({})}>
          Clear all
        </Button>
      )}
    </div>
  );
}

interface FilterFormProps {
  fields: readonly FilterField[];
  name: string;
  filters: Filters;
  onName: (name: string) => void;
  onApply: (filters: Filters) => void;
}

function FilterForm({ fields, name, filters, onName, onApply }: FilterFormProps) {
  const [value, setValue] = useState(filters[name] ?? '');
  const field = fields.find((each) => each.name === name || each.notName === name);
  const apply = (next: string) =>
    onApply(next.trim() === '' ? withoutFilter(filters, name) : { ...filters, [name]: next.trim() });

  return (
    <form
      className="grid w-64 gap-2"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        apply(value);
      }}
    >
      <Select
        label="Field"
        isLabelHidden
        value={field?.name ?? name}
        onChange={onName}
        options={fields.map(({ name: each, label }) => ({ value: each, label }))}
      />
      {field?.choices ? (
        <Select
          label={field.label}
          isLabelHidden
          value={value === '' ? null : value}
          onChange={apply}
          options={field.choices}
        />
      ) : field?.suggestions ? (
        <Combobox
          label={field.label}
          isLabelHidden
          value={value === '' ? null : value}
          onChange={(next) => apply(next ?? '')}
          options={field.suggestions}
        />
      ) : (
        <TextField
          label={field?.label ?? name}
          isLabelHidden
          autoFocus
          value={value}
          onChange={setValue}
          {...(field?.example !== undefined && { placeholder: field.example })}
        />
      )}
      {!field?.choices && !field?.suggestions && (
        <Button type="submit" tone="primary">
          Apply
        </Button>
      )}
    </form>
  );
}
