import { ApiError, type Filter, type Transformation } from '@hookline/contracts';
import { type CompiledFilter, compileFilter, FilterError } from '@hookline/filters';
import type { Transformer } from '../../pipeline/transformations/create-transformer.ts';
import { refuseEventField } from './event-fields.ts';

/** @throws ApiError `invalid_filter`, with where and what */
export function checkFilter(filter: Filter): CompiledFilter {
  try {
    return compileFilter(filter, refuseEventField);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    throw new ApiError('invalid_filter', {
      message: `body/${error.message}`,
      details: [{ path: `body/${error.path}`, message: error.problem }],
      cause: error,
    });
  }
}

/**
 * Compiles code once before it is saved: what cannot run at all is refused there and then.
 * @param tenantId whose turn it takes
 * @throws ApiError `invalid_transformation` with the line, or `overloaded`
 */
export async function checkTransformation(
  transformer: Transformer,
  tenantId: string,
  transformation: Transformation,
): Promise<void> {
  if (!('code' in transformation)) return;
  // Postgres keeps neither in JSON.
  if (transformation.code.includes('\u0000') || !transformation.code.isWellFormed()) {
    throw new ApiError('invalid_transformation', {
      message: 'body/transformation/code has a character that no text can hold (NUL, or half of a pair)',
    });
  }
  const failure = await transformer.check(`trial of ${tenantId}`, tenantId, transformation.code);
  if (!failure) return;
  if (failure.kind === 'busy' || failure.kind === 'suspended')
    throw new ApiError('overloaded', { message: failure.message });
  const place = failure.line === undefined ? '' : ` (line ${failure.line})`;
  const message = `${failure.message}${place}`;
  const path = 'body/transformation/code';
  throw new ApiError('invalid_transformation', {
    message: `${path}: ${message}`,
    details: [{ path, message, line: failure.line ?? null, column: failure.column ?? null }],
  });
}
