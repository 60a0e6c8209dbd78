import { ApiError, RETRY_SCHEDULE_PRESETS } from '@hookline/contracts';
import { type AddressGuard, AddressNotAllowedError } from '@hookline/outbound';

/**
 * @param field where the request has it, for the error
 * @returns the URL in its normal form
 * @throws ApiError `endpoint_url_not_allowed` or `invalid_request`
 */
export function checkEndpointUrl(text: string, guard: AddressGuard, field = 'url'): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new ApiError('invalid_request', { message: `body/${field} is not a URL` });
  }
  if (url.hash !== '')
    throw new ApiError('invalid_request', { message: `body/${field} must not have a fragment` });
  try {
    guard.checkUrl(url);
  } catch (error) {
    if (error instanceof AddressNotAllowedError)
      throw new ApiError('endpoint_url_not_allowed', { cause: error });
    throw error;
  }
  return url.href;
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
