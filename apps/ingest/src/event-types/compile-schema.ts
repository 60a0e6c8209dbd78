import { type Schema, Validator } from '@cfworker/json-schema';

/** Problems of the data, at most a few: `[{ at: '/items/0', problem: '…' }]`. */
export interface DataProblem {
  /** JSON pointer into `data`. */
  at: string;
  problem: string;
}

/** Undefined when the data matches. Never throws. */
export type CheckData = (data: unknown) => DataProblem[] | undefined;

const MAX_PROBLEMS = 10;

/**
 * An interpreted validator: it generates no code from a tenant's schema and fetches nothing.
 * @throws Error if the schema is unusable: a `$ref` has no target or refers to itself endlessly
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
      // A $ref that refers to itself endlessly, which only some data reveals.
      return [{ at: '', problem: 'The schema of this type cannot be evaluated with this data.' }];
    }
  };
}

/**
 * A copy whose objects have no prototype: the validator uses `in`, which finds `constructor` in every object. The
 * parser of the data limits its depth.
 */
function withoutInherited(data: unknown): unknown {
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map(withoutInherited);
  const copy = Object.create(null);
  for (const [name, value] of Object.entries(data)) copy[name] = withoutInherited(value);
  return copy;
}
