/**
 * The filters of a list are parameters of the call that reads it, by the same names: in the address of the page, in the
 * call, in saved views and in `hookline events --status failed`.
 */
export type Filters = Readonly<Record<string, string>>;

export interface FilterField {
  /** The name of the parameter. */
  name: string;
  label: string;
  /** The values, if there are few. Otherwise any text. */
  choices?: readonly { value: string; label: string }[];
  /** What one types, such as `github.*`. */
  example?: string;
}

/** Reads the filters of a list from the query of an address. Other parameters are left alone. */
export function parseFilters(search: URLSearchParams, fields: readonly FilterField[]): Filters {
  const found: Record<string, string> = {};
  for (const { name, choices } of fields) {
    const value = search.get(name)?.trim();
    if (!value) continue;
    if (choices && !choices.some((choice) => choice.value === value)) continue;
    found[name] = value;
  }
  return found;
}

/** The query of an address with these filters of a list in place of the ones it has. */
export function withFilters(
  search: URLSearchParams,
  fields: readonly FilterField[],
  filters: Filters,
): URLSearchParams {
  const next = new URLSearchParams(search);
  for (const { name } of fields) {
    const value = filters[name];
    if (value === undefined || value === '') next.delete(name);
    else next.set(name, value);
  }
  return next;
}

/** The filters without one of them. */
export const withoutFilter = (filters: Filters, name: string): Filters =>
  Object.fromEntries(Object.entries(filters).filter(([each]) => each !== name));
