import { ApiError } from '@hookline/contracts';
import type { SchemaOutcome } from './schema-threads.ts';

/**
 * The error for a published event whose data does not match its schema or could not be validated. Undefined if the
 * data matches.
 */
export function toSchemaError(outcome: SchemaOutcome | undefined): ApiError | undefined {
  switch (outcome?.kind) {
    case undefined:
    case 'fits':
      return undefined;
    case 'misfits':
      return new ApiError('event_schema_mismatch', { details: outcome.problems });
    case 'unusable':
      return new ApiError('event_schema_mismatch', {
        details: [{ at: '', problem: `The schema of this type is not usable: ${outcome.problem}` }],
      });
    case 'too_slow':
      return new ApiError('event_schema_too_slow');
    case 'busy':
      return new ApiError('overloaded', { retryAfterSeconds: 1 });
  }
}
