import { ApiError, RETRY_SCHEDULE_PRESETS } from '@hookline/contracts';
import { type AddressGuard, AddressNotAllowedError } from '../../sending/address-guard.ts';

const RESERVED_HEADER =
  /^(host|content-length|content-type|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect|cookie|user-agent|proxy-.*|webhook-.*|x-webhook-.*|x-hookline-.*)$/i;

/**
 * @returns the URL in its normal form
 * @throws ApiError `endpoint_url_not_allowed` or `invalid_request`
 */
export function checkEndpointUrl(text: string, guard: AddressGuard): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new ApiError('invalid_request', { message: 'body/url is not a URL' });
  }
  if (url.hash !== '')
    throw new ApiError('invalid_request', { message: 'body/url must not have a fragment' });
  try {
    guard.checkUrl(url);
  } catch (error) {
    if (error instanceof AddressNotAllowedError)
      throw new ApiError('endpoint_url_not_allowed', { cause: error });
    throw error;
  }
  return url.href;
}

/** @throws ApiError `invalid_request` for headers that are ours to set, or that no HTTP request can carry */
export function checkEndpointHeaders(headers: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(headers)) {
    if (RESERVED_HEADER.test(name)) {
      throw new ApiError('invalid_request', {
        message: `body/headers: ${name} is set by Hookline or by HTTP itself`,
      });
    }
    if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new ApiError('invalid_request', {
        message: `body/headers: the value of ${name} has characters that a header cannot carry`,
      });
    }
  }
  return headers;
}

export function resolveRetrySchedule(
  schedule: readonly number[] | keyof typeof RETRY_SCHEDULE_PRESETS | null,
): number[] | null {
  if (schedule === null) return null;
  return typeof schedule === 'string' ? [...RETRY_SCHEDULE_PRESETS[schedule]] : [...schedule];
}
