import { branchesOf, combined, type Schema, valuesOf } from './schema.ts';

/** A schema deeper than this gets an empty example. */
const MAX_DEPTH = 12;

/**
 * A value that the schema accepts: its example, its default, or the smallest value with every required field.
 * @returns undefined if any value will do
 */
export function exampleOf(given: Schema, depth = 0): unknown {
  const schema = combined(given);
  const [shown] = schema.examples ?? [];
  if (shown !== undefined) return shown;
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined && schema.default !== null) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  if (depth > MAX_DEPTH) return undefined;
  const [branch] = branchesOf(schema);
  if (branch !== undefined) return exampleOf(branch, depth + 1);
  switch (schema.type) {
    case 'object':
      return exampleObject(schema, depth);
    case 'array':
      return (schema.minItems ?? 0) === 0 ? [] : [exampleOf(schema.items ?? {}, depth + 1)];
    case 'string':
      return exampleText(schema);
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    default:
      return undefined;
  }
}

function exampleObject(schema: Schema, depth: number): Record<string, unknown> {
  const { properties = {}, required = [] } = schema;
  const names = required.filter((name) => properties[name]?.default === undefined);
  // A change of nothing is refused: show the first field that may be changed.
  if (names.length === 0 && (schema.minProperties ?? 0) > 0) {
    const [first] = Object.keys(properties).filter((name) => properties[name]?.readOnly !== true);
    if (first !== undefined) names.push(first);
  }
  const values = valuesOf(schema);
  if (names.length === 0 && values !== undefined && (schema.minProperties ?? 0) > 0)
    return { name: exampleOf(values, depth + 1) ?? {} };
  return Object.fromEntries(names.map((name) => [name, exampleOf(properties[name] ?? {}, depth + 1) ?? {}]));
}

function exampleText({ format, minLength = 0 }: Schema): string {
  if (format === 'date-time') return '2026-03-01T12:00:00Z';
  if (format === 'uri') return 'https://example.com/hook';
  return 'text'.padEnd(minLength, '-');
}
