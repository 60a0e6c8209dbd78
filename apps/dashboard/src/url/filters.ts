/**
 * The filters of a list are parameters of the call that reads it, by the same names: in the address of the page, in the
 * call, in saved views and in `hookline events --status failed`.
 */
export type Filters = Readonly<Record<string, string>>;

export interface FilterField {
  /** The name of the parameter. */
  name: string;
  /** The name of the parameter for what must not be. Absent: the filter cannot be turned around. */
  notName?: string;
  label: string;
  /** The values, if there are few. Otherwise any text. */
  choices?: readonly { value: string; label: string }[];
  /** Values with their names, if there are many or others are possible. */
  suggestions?: readonly { value: string; label: string; detail?: string }[] | undefined;
  /** What one types, such as `github.*`. */
  example?: string;
}

/** Reads the filters of a list from the query of an address. Other parameters are left alone. */
export function parseFilters(search: URLSearchParams, fields: readonly FilterField[]): Filters {
  const found: Record<string, string> = {};
  for (const field of fields) {
    for (const name of namesOf(field)) {
      const value = search.get(name)?.trim();
      if (!value) continue;
      if (field.choices && !field.choices.some((choice) => choice.value === value)) continue;
      found[name] = value;
    }
  }
  return found;
}

const namesOf = ({ name, notName }: FilterField): string[] =>
  notName === undefined ? [name] : [name, notName];

/** The query of an address with these filters of a list in place of the ones it has. */
export function withFilters(
  search: URLSearchParams,
  fields: readonly FilterField[],
  filters: Filters,
): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const name of fields.flatMap(namesOf)) {
    const value = filters[name];
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, value);
  }
  return next;
}

/** The filters without one of them. */
export const withoutFilter = (filters: Filters, name: string): Filters =>
  Object.fromEntries(Object.entries(filters).filter(([each]) => each !== name));

/** One filter that is on. */
export interface ActiveFilter {
  field: FilterField;
  /** The name of its parameter: `name` or `notName` of the field. */
  name: string;
  value: string;
  isNegated: boolean;
}

export const activeFilters = (filters: Filters, fields: readonly FilterField[]): ActiveFilter[] =>
  fields.flatMap((field) =>
    namesOf(field).flatMap((name) => {
      const value = filters[name];
      return value === undefined ? [] : [{ field, name, value, isNegated: name === field.notName }];
    }),
  );

/** The filters with one of them turned around: `status=failed` becomes `notStatus=failed`, and back. */
export function turnedAround(filters: Filters, { field, name, value, isNegated }: ActiveFilter): Filters {
  const other = isNegated ? field.name : field.notName;
  return other === undefined ? filters : { ...withoutFilter(filters, name), [other]: value };
}
