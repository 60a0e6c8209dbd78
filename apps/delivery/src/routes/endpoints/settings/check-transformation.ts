import { ApiError, type Transformation } from '@hookline/contracts';
import type { Transformer } from '../../../pipeline/transformations/create-transformer.ts';

/**
 * Compiles the code of a transformation before it is saved, so that code which cannot run is refused.
 * @param tenantId takes its turn in the sandbox as this tenant
 * @throws ApiError `invalid_transformation` with the line, or `overloaded`
 */
export async function checkTransformation(
  transformer: Transformer,
  tenantId: string,
  transformation: Transformation,
): Promise<void> {
  if (!('code' in transformation)) return;
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
