import { ApiError, RETRY_SCHEDULE_PRESETS } from '@hookline/contracts';
import { type AddressGuard, AddressNotAllowedError } from '@hookline/outbound';

/**
 * @param field where the request has it, for the error
 * @returns the URL in its normal form
 * @throws ApiError `endpoint_url_not_allowed` or `invalid_request`
 */
export function checkEndpointUrl(text: string, guard: AddressGuard, field = 'url'): string {
  try {
    const url = guard.parseUrl(text);
    if (url.hash !== '')
      throw new ApiError('invalid_request', { message: `body/${field} must not have a fragment` });
    return url.href;
  } catch (error) {
    throw toApiError(error, field);
  }
}

/**
 * Whether the name in a URL resolves to what may be called: asked before the endpoint is saved, and outside of the
 * transaction, which must not wait for name servers.
 * @throws ApiError `endpoint_url_not_allowed`
 */
export async function checkEndpointAnswers(
  text: string | undefined,
  guard: AddressGuard,
  field = 'url',
): Promise<void> {
  if (text === undefined) return;
  const href = checkEndpointUrl(text, guard, field);
  try {
    await guard.checkAnswers(new URL(href));
  } catch (error) {
    throw toApiError(error, field);
  }
}

function toApiError(error: unknown, field: string): unknown {
  if (!(error instanceof AddressNotAllowedError)) return error;
  if (error.reason === 'url')
    return new ApiError('invalid_request', { message: `body/${field} is not a URL` });
  const advice = error.reason === 'credentials' ? ': set auth instead' : '';
  return new ApiError('endpoint_url_not_allowed', {
    cause: error,
    message: `body/${field} ${error.publicMessage}${advice}`,
  });
}

/**
 * Text that Postgres can keep; JSON can carry a character that it cannot.
 * @throws ApiError `invalid_request`
 */
export function checkText<T extends string | null>(name: string, text: T): T {
  if (text?.includes('\u0000'))
    throw new ApiError('invalid_request', { message: `body/${name} has a NUL character` });
  return text;
}

export function resolveRetrySchedule(
  schedule: readonly number[] | keyof typeof RETRY_SCHEDULE_PRESETS | null,
): number[] | null {
  if (schedule === null) return null;
  return typeof schedule === 'string' ? [...RETRY_SCHEDULE_PRESETS[schedule]] : [...schedule];
}
