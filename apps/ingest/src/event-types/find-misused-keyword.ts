import { ExactNumber } from '@hookline/json';
import type { SchemaProblem } from './schema-problem.ts';

type Json = Record<string, unknown>;

/** The values that a keyword accepts: in words, and as a check. */
interface Shape {
  words: string;
  fits(value: unknown): boolean;
}

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
const isType = (value: unknown) => TYPES.includes(value as string);
const isText = (value: unknown) => typeof value === 'string';
const isNumber = (value: unknown) => typeof value === 'number' || value instanceof ExactNumber;
const isSchema = (value: unknown) => typeof value === 'boolean' || isObject(value);
const isListOf = (fits: (value: unknown) => boolean) => (value: unknown) =>
  Array.isArray(value) && value.every(fits);
const isFilled = (value: unknown) => Array.isArray(value) && value.length > 0;

const ANY_NUMBER: Shape = { words: 'a number', fits: isNumber };
const COUNT: Shape = {
  words: 'a non-negative integer',
  fits: (value) => Number.isInteger(value) && Number(value) >= 0,
};
const TEXTS: Shape = { words: 'a list of strings', fits: isListOf(isText) };
const SCHEMA: Shape = { words: 'a schema (an object, true or false)', fits: isSchema };
const SCHEMAS: Shape = {
  words: 'a list of one or more schemas',
  fits: (value) => isFilled(value) && isListOf(isSchema)(value),
};
const SCHEMAS_BY_NAME: Shape = {
  words: 'an object of schemas',
  fits: (value) => isObject(value) && Object.values(value).every(isSchema),
};
/** One schema for all items, or in older drafts one for each item. */
const ITEMS: Shape = {
  words: 'a schema (an object, true or false)',
  fits: (value) => isSchema(value) || isListOf(isSchema)(value),
};

const SHAPES: ReadonlyMap<string, Shape> = new Map(
  Object.entries({
    $ref: { words: 'a string', fits: isText },
    type: {
      words: `one of ${TYPES.join(', ')}, or a list of these`,
      fits: (value) => isType(value) || (isFilled(value) && isListOf(isType)(value)),
    },
    enum: { words: 'a list', fits: Array.isArray },
    format: { words: 'a string', fits: isText },
    multipleOf: {
      words: 'a number greater than 0',
      fits: (value) => isNumber(value) && Number(String(value)) > 0,
    },
    minimum: ANY_NUMBER,
    maximum: ANY_NUMBER,
    exclusiveMinimum: ANY_NUMBER,
    exclusiveMaximum: ANY_NUMBER,
    minLength: COUNT,
    maxLength: COUNT,
    minItems: COUNT,
    maxItems: COUNT,
    minContains: COUNT,
    maxContains: COUNT,
    minProperties: COUNT,
    maxProperties: COUNT,
    uniqueItems: { words: 'true or false', fits: (value) => typeof value === 'boolean' },
    required: TEXTS,
    dependentRequired: {
      words: 'an object of lists of strings',
      fits: (value) => isObject(value) && Object.values(value).every(TEXTS.fits),
    },
    properties: SCHEMAS_BY_NAME,
    dependentSchemas: SCHEMAS_BY_NAME,
    $defs: SCHEMAS_BY_NAME,
    definitions: SCHEMAS_BY_NAME,
    allOf: SCHEMAS,
    anyOf: SCHEMAS,
    oneOf: SCHEMAS,
    prefixItems: SCHEMAS,
    items: ITEMS,
    not: SCHEMA,
    if: SCHEMA,
    // biome-ignore lint/suspicious/noThenProperty: the name of a keyword of JSON Schema
    then: SCHEMA,
    else: SCHEMA,
    contains: SCHEMA,
    propertyNames: SCHEMA,
    additionalProperties: SCHEMA,
    additionalItems: SCHEMA,
    unevaluatedItems: SCHEMA,
    unevaluatedProperties: SCHEMA,
  } satisfies Record<string, Shape>),
);

/**
 * The first keyword with an invalid value, such as an unknown type: the validator would accept it, and then refuse
 * all data or none.
 * @param at JSON pointer of the schema
 */
export function findMisusedKeyword(schema: Json, at: string): SchemaProblem | undefined {
  for (const [keyword, value] of Object.entries(schema)) {
    const shape = SHAPES.get(keyword);
    if (shape === undefined || shape.fits(value)) continue;
    return { at: `${at}/${keyword}`, problem: `The keyword "${keyword}" must be ${shape.words}.` };
  }
  return undefined;
}
