import { ApiError } from '@hookline/contracts';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';
import Value from 'typebox/value';
import { findProblems, invalidFields } from './find-problems.ts';
import { withDefaults } from './with-defaults.ts';

/** Accepts the values of an enumeration in a query in any case: `?status=FAILED`. */
function foldEnums(schema: TSchema, input: unknown): unknown {
  const { properties } = schema as { properties?: Record<string, { enum?: readonly unknown[] }> };
  if (properties === undefined || typeof input !== 'object' || input === null) return input;
  const folded: Record<string, unknown> = { ...input };
  for (const [name, value] of Object.entries(folded)) {
    const allowed = Object.hasOwn(properties, name) ? properties[name]?.enum : undefined;
    if (allowed === undefined || typeof value !== 'string' || allowed.includes(value)) continue;
    const lower = value.toLowerCase().replaceAll('-', '_');
    folded[name] = allowed.find((each) => String(each).toLowerCase() === lower) ?? value;
  }
  return folded;
}

/** Converts the numbers and booleans of a query from text. A text that is no whole number stays and is refused. */
function convertTexts(schema: TSchema, input: unknown): unknown {
  const { properties = {} } = schema as { properties?: Record<string, { type?: string }> };
  const isFraction = ([name, value]: [string, unknown]) =>
    Object.hasOwn(properties, name) &&
    properties[name]?.type === 'integer' &&
    typeof value === 'string' &&
    !Number.isInteger(Number(value));
  const fractions = Object.entries(input as object).filter(isFraction);
  // TypeBox rounds numbers, and changes its input.
  return Object.assign(Value.Convert(schema, input) as object, Object.fromEntries(fractions));
}

/** Read-only fields of a body are ignored: a client that sends an answer back does not ask to change them. */
function dropReadOnly(schema: TSchema, input: unknown): unknown {
  const { properties = {} } = schema as { properties?: Record<string, { readOnly?: boolean }> };
  const names = Object.keys(properties).filter((name) => properties[name]?.readOnly === true);
  if (names.length === 0 || typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  return Object.fromEntries(Object.entries(input).filter(([name]) => !names.includes(name)));
}

/** Checks a part of a request. @returns the part with defaults and converted values, or the error that names what is wrong */
export type Validate = (
  input: unknown,
) => { value: unknown; error?: never } | { value?: never; error: ApiError };

/**
 * Fills in defaults, converts from text (not in bodies: there "5" is no number), then checks. The schema is compiled by the
 * first request: compiling those of all operations is a tenth of the CPU time of a start, and few operations are called.
 * @param path of the value in errors. Default: the part of the request
 */
export function createValidator(
  schema: TSchema,
  httpPart: string | undefined,
  path: string = httpPart ?? 'request',
): Validate {
  let validator: Validator | undefined;
  return (input) => {
    validator ??= Compile(schema);
    const defaulted = withDefaults(schema, dropReadOnly(schema, input ?? {}));
    const value = httpPart === 'body' ? defaulted : convertTexts(schema, foldEnums(schema, defaulted));
    if (validator.Check(value)) return { value };
    const found = findProblems(schema, value, path);
    const [first, ...others] =
      found.length > 0
        ? found
        : validator
            .Errors(value)
            .map(({ instancePath, message }) => ({ path: path + instancePath, message }));
    return { error: first ? invalidFields(first, ...others) : new ApiError('invalid_request') };
  };
}
