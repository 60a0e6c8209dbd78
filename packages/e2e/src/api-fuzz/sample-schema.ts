import type { Random } from './random.ts';

/** A schema of an OpenAPI document. */
export interface JsonSchema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  patternProperties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
}

/** Values for fields of certain names, used instead of random values of their schemas. */
export type NamedValues = (name: string) => unknown;

/** Texts that match at least one pattern of the API. */
const TEXTS = [
  'a',
  'push',
  'github.push',
  'github.*',
  '*',
  'POST',
  'type',
  '/invoice/id',
  'acme/api',
  'X-Fuzz',
  'application/json',
  `whsec_${'QUJD'.repeat(8)}`,
  'text with spaces',
  '10.0.0.0/8',
  '#3b6fe0',
  '😀 ä ٣',
];
const TIMES = [
  '2026-01-31T12:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '2016-12-31T23:59:60Z',
  '2030-06-01T12:00:00.123456+05:30',
];
const MAX_DEPTH = 6;

/** A value that a schema allows, often at a limit of the schema. */
export function sampleSchema(
  schema: JsonSchema,
  random: Random,
  named: NamedValues,
  name = '',
  depth = 0,
): unknown {
  const given = name === '' ? undefined : named(name);
  // Some lists of objects have the name of a text elsewhere.
  if (given !== undefined && schema.items?.type !== 'object')
    return schema.type === 'array' ? [given] : given;
  if ('const' in schema) return schema.const;
  if (schema.enum) return random.pick(schema.enum);
  if (schema.anyOf) return sampleSchema(random.pick(schema.anyOf), random, named, '', depth);
  if (schema.allOf) {
    return Object.assign({}, ...schema.allOf.map((each) => sampleSchema(each, random, named, '', depth + 1)));
  }
  switch (schema.type) {
    case 'null':
      return null;
    case 'boolean':
      return random.chance(0.5);
    case 'integer':
    case 'number':
      return sampleNumber(schema, random);
    case 'string':
      return sampleText(schema, random);
    case 'array':
      return sampleArray(schema, random, named, depth);
    case 'object':
      return sampleObject(schema, random, named, depth);
    default:
      return random.pick<unknown>([
        null,
        1,
        'x',
        [1, [2]],
        { a: { b: 1e300 } },
        9_007_199_254_740_993n.toString(),
      ]);
  }
}

function sampleNumber({ minimum = 0, maximum = 1_000 }: JsonSchema, random: Random): number {
  return random.pick([minimum, maximum, Math.floor((minimum + maximum) / 2), minimum + 1]);
}

function sampleText(schema: JsonSchema, random: Random): string {
  if (schema.format === 'date-time') return random.pick(TIMES);
  const { pattern, minLength = 0, maxLength = 100 } = schema;
  const expression = pattern === undefined ? undefined : new RegExp(pattern, 'u');
  const fits = (text: string) =>
    text.length >= minLength && text.length <= maxLength && (expression?.test(text) ?? true);
  const fitting = [...TEXTS, 'x'.repeat(Math.min(maxLength, 4_096)), 'x'.repeat(minLength)].filter(fits);
  return fitting.length > 0 ? random.pick(fitting) : 'a';
}

function sampleArray(schema: JsonSchema, random: Random, named: NamedValues, depth: number): unknown[] {
  const { minItems = 0, maxItems = 3, items = {} } = schema;
  const length = Math.min(3, random.pick([minItems, Math.max(minItems, 1), maxItems]));
  return Array.from({ length }, () => sampleSchema(items, random, named, '', depth + 1));
}

function sampleObject(schema: JsonSchema, random: Random, named: NamedValues, depth: number): object {
  const value: Record<string, unknown> = {};
  // Few fields often fit together, many seldom do.
  const density = random.pick([0.1, 0.3, 0.8]);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const isRequired = schema.required?.includes(name) === true;
    if (!isRequired && (depth >= MAX_DEPTH || !random.chance(density))) continue;
    value[name] = sampleSchema(property, random, named, name, depth + 1);
  }
  for (const property of Object.values(schema.patternProperties ?? {})) {
    if (random.chance(0.5)) value['X-Fuzz'] = sampleSchema(property, random, named, '', depth + 1);
  }
  const names = Object.keys(schema.properties ?? {});
  if (Object.keys(value).length < (schema.minProperties ?? 0) && names.length > 0) {
    const name = random.pick(names);
    value[name] = sampleSchema(schema.properties?.[name] ?? {}, random, named, name, depth + 1);
  }
  return value;
}
