/** The part of JSON Schema 2020-12 that the API's schemas use. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly format?: string;
  readonly pattern?: string;
  readonly 'x-patternText'?: string;
  readonly readOnly?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
}

/** A schema with the fields of all schemas that it combines by `allOf`. */
export function combined(schema: Schema): Schema {
  const { allOf, ...rest } = schema;
  if (allOf === undefined) return schema;
  const parts = [...allOf.map(combined), rest];
  return {
    ...Object.assign({}, ...parts),
    properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
    required: parts.flatMap(({ required = [] }) => required),
  };
}

/** The schema of a record's values. */
export function valuesOf({ patternProperties, additionalProperties }: Schema): Schema | undefined {
  const [byPattern] = Object.values(patternProperties ?? {});
  return byPattern ?? (typeof additionalProperties === 'object' ? additionalProperties : undefined);
}

/** The branches other than null. */
export const branchesOf = ({ anyOf = [] }: Schema): readonly Schema[] =>
  anyOf.filter(({ type }) => type !== 'null');

export const isNullable = ({ anyOf = [] }: Schema): boolean => anyOf.some(({ type }) => type === 'null');

/** The type in a few words: `string or null`, `list of integers`, `"a" or "b"`. */
export function typeText(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' or ');
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(typeText))].join(' or ');
  if (schema.type === 'array') return `list of ${plural(typeText(schema.items ?? {}))}`;
  if (schema.format !== undefined && schema.type === 'string') return schema.format;
  return combined(schema).type ?? 'any value';
}

const plural = (text: string) => (/^[a-z-]+$/.test(text) ? `${text}s` : text);

/** The bounds of a value in words: `1 to 200 characters`. */
export function boundsText(schema: Schema): string | undefined {
  const texts = [
    range(schema.minLength, schema.maxLength, 'character'),
    range(schema.minItems, schema.maxItems, 'item'),
    range(schema.minProperties, schema.maxProperties, 'field'),
    range(schema.minimum, schema.maximum, undefined),
    schema['x-patternText'] ?? (schema.pattern === undefined ? undefined : `matches ${schema.pattern}`),
  ];
  const known = texts.filter((text) => text !== undefined);
  return known.length === 0 ? undefined : known.join('; ');
}

function range(
  from: number | undefined,
  to: number | undefined,
  noun: string | undefined,
): string | undefined {
  if (from === undefined && to === undefined) return undefined;
  const bound = (value: number) => value.toLocaleString('en-US');
  const unit = noun === undefined ? '' : ` ${(to ?? from) === 1 ? noun : `${noun}s`}`;
  if (from !== undefined && to !== undefined)
    return from === to ? `${bound(to)}${unit}` : `${bound(from)} to ${bound(to)}${unit}`;
  return to !== undefined ? `at most ${bound(to)}${unit}` : `at least ${bound(from as number)}${unit}`;
}
