/** A text in a filter that is compared with a field of the event, and its place: `body/filter/type/$in/0`. */
export interface FilterText {
  path: string;
  text: string;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The texts that a valid filter compares with a field of the event.
 * @param path of the filter in the request
 */
export function textsOfFilter(filter: unknown, field: 'type' | 'provider', path: string): FilterText[] {
  if (!isObject(filter)) return [];
  const combined = ['$and', '$or'].flatMap((name) =>
    listOf(filter[name]).flatMap((each, index) => textsOfFilter(each, field, `${path}/${name}/${index}`)),
  );
  return [...combined, ...(Object.hasOwn(filter, field) ? textsOf(filter[field], `${path}/${field}`) : [])];
}

function textsOf(condition: unknown, path: string): FilterText[] {
  if (typeof condition === 'string') return [{ path, text: condition }];
  if (!isObject(condition)) return [];
  const lists = ['$in', '$and', '$or'].flatMap((name) =>
    listOf(condition[name]).flatMap((each, index) => textsOf(each, `${path}/${name}/${index}`)),
  );
  return [
    ...(typeof condition['$eq'] === 'string' ? textsOf(condition['$eq'], `${path}/$eq`) : []),
    ...lists,
  ];
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
