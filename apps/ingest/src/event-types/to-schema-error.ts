import { ApiError } from '@hookline/contracts';
import type { SchemaOutcome } from './schema-threads.ts';

/** What a publish is answered whose data could not be held against its schema, or does not fit; undefined if it does. */
export function toSchemaError(outcome: SchemaOutcome | undefined): ApiError | undefined {
  switch (outcome?.kind) {
    case undefined:
    case 'fits':
      return undefined;
    case 'misfits':
      return new ApiError('event_schema_mismatch', { details: outcome.problems });
    case 'unusable':
      return new ApiError('event_schema_mismatch', {
        details: [{ at: '', problem: `The schema of this type cannot be used: ${outcome.problem}` }],
      });
    case 'too_slow':
      return new ApiError('event_schema_too_slow');
    case 'busy':
      return new ApiError('overloaded', { retryAfterSeconds: 1 });
  }
}
