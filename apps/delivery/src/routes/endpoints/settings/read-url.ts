import { ApiError } from '@hookline/contracts';
import { isMasked, maskUrl } from '../../../endpoints/mask-url.ts';

/**
 * The URL that a request asks for. One that is sent back as it was shown, masked, keeps the stored one.
 * @param href in its normal form
 * @param current '' where there is none
 * @param field where the request has it, for the error
 * @throws ApiError `invalid_request` for a masked URL that is not that of the stored one
 */
export function readUrl(href: string, current: string, field: string): string {
  if (!isMasked(href)) return href;
  if (current !== '' && maskUrl(current) === href) return current;
  throw new ApiError('invalid_request', {
    message: `body/${field} is redacted, and is not the one that is stored: send the whole URL`,
  });
}
