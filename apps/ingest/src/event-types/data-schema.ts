import { type Schema, Validator } from '@cfworker/json-schema';

/** What is wrong with data, at most a few of it: `[{ at: '/items/0', problem: '…' }]`. */
export interface DataProblem {
  /** JSON pointer into `data`. */
  at: string;
  problem: string;
}

/** Undefined when the data fits. Never throws. */
export type CheckData = (data: unknown) => DataProblem[] | undefined;

const MAX_SCHEMA_BYTES = 65_536;
const MAX_PROBLEMS = 10;
/**
 * A tenant's regular expression on a tenant's text could keep this process busy for minutes. `$ref`s are fine within
 * the schema; the validator fetches nothing.
 */
const REFUSED_KEYWORDS = new Set(['pattern', 'patternProperties']);

/** What is wrong with a schema that someone wants to register, for that person; undefined if it can be used. */
export function findSchemaProblem(schema: Record<string, unknown>): string | undefined {
  if (Buffer.byteLength(JSON.stringify(schema)) > MAX_SCHEMA_BYTES) {
    return `A schema has at most ${MAX_SCHEMA_BYTES} bytes.`;
  }
  const refused = findKeyword(schema);
  if (refused !== undefined)
    return `The keyword "${refused}" is not supported: regular expressions are not run.`;
  try {
    new Validator(schema as Schema, '2020-12').validate({});
    return undefined;
  } catch (error) {
    return `The schema cannot be used: ${(error as Error).message}`;
  }
}

/** A validator that is interpreted: it makes no code of what a tenant wrote. */
export function compileSchema(schema: Record<string, unknown>): CheckData {
  const validator = new Validator(schema as Schema, '2020-12');
  return (data) => {
    try {
      const { valid, errors } = validator.validate(data);
      if (valid) return undefined;
      return errors
        .slice(-MAX_PROBLEMS)
        .map(({ instanceLocation, error }) => ({ at: instanceLocation.replace(/^#/, ''), problem: error }));
    } catch {
      // Endless recursion of a $ref, which only some data shows.
      return [{ at: '', problem: 'The schema of this type cannot be evaluated with this data.' }];
    }
  };
}

function findKeyword(value: unknown, isNamed = false): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    if (!isNamed && !Array.isArray(value) && REFUSED_KEYWORDS.has(key)) return key;
    // A property may be called "pattern".
    const names = !isNamed && (key === 'properties' || key === '$defs' || key === 'dependentSchemas');
    const found = key === 'enum' || key === 'const' ? undefined : findKeyword(inner, names);
    if (found !== undefined) return found;
  }
  return undefined;
}
