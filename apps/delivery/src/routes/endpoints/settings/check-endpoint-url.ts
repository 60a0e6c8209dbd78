import { ApiError } from '@hookline/contracts';
import { type AddressGuard, AddressNotAllowedError } from '@hookline/outbound';

/**
 * @param field the path of the URL in the body, for the error
 * @returns the normalized URL
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
 * Resolves the host name of a URL and checks that requests may be sent to its addresses.
 * @throws ApiError `endpoint_url_not_allowed` or `invalid_request`
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
    return new ApiError('invalid_request', { message: `body/${field} must be a URL` });
  const advice = error.reason === 'credentials' ? ': set auth instead' : '';
  return new ApiError('endpoint_url_not_allowed', {
    cause: error,
    message: `body/${field} ${error.publicMessage}${advice}`,
  });
}
