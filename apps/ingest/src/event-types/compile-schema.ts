import { type Schema, Validator } from '@cfworker/json-schema';

/** What is wrong with data, at most a few of it: `[{ at: '/items/0', problem: '…' }]`. */
export interface DataProblem {
  /** JSON pointer into `data`. */
  at: string;
  problem: string;
}

/** Undefined when the data fits. Never throws. */
export type CheckData = (data: unknown) => DataProblem[] | undefined;

const MAX_PROBLEMS = 10;

/**
 * A validator that is interpreted: it makes no code of what a tenant wrote, and fetches nothing.
 * @throws Error if the schema cannot be used: a `$ref` leads nowhere, or back to itself for ever
 */
export function compileSchema(schema: Record<string, unknown>): CheckData {
  const validator = new Validator(schema as Schema, '2020-12');
  validator.validate(Object.create(null));
  return (data) => {
    try {
      const { valid, errors } = validator.validate(withoutInherited(data));
      if (valid) return undefined;
      return errors
        .slice(-MAX_PROBLEMS)
        .map(({ instanceLocation, error }) => ({ at: instanceLocation.replace(/^#/, ''), problem: error }));
    } catch {
      // A $ref that leads back to itself for ever, which only some data shows.
      return [{ at: '', problem: 'The schema of this type cannot be evaluated with this data.' }];
    }
  };
}

/**
 * A copy whose objects inherit nothing: the validator asks with `in`, for which every object has a `constructor`. Its
 * depth is bounded where the data is parsed.
 */
function withoutInherited(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map(withoutInherited);
  const copy = Object.create(null);
  for (const [name, value] of Object.entries(data)) copy[name] = withoutInherited(value);
  return copy;
}
