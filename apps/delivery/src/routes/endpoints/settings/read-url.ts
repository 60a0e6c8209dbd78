import { ApiError } from '@hookline/contracts';
import { isMasked, maskUrl } from '../../../endpoints/mask-url.ts';

/**
 * Reads a URL of a request. A masked URL stands for the stored one.
 * @param href normalized
 * @param current the stored URL; '' if there is none
 * @param field the path of the URL in the body, for the error
 * @throws ApiError `invalid_request` for a masked URL that is not the mask of the stored one
 */
export function readUrl(href: string, current: string, field: string): string {
  if (!isMasked(href)) return href;
  if (current !== '' && maskUrl(current) === href) return current;
  throw new ApiError('invalid_request', {
    message: `body/${field} must be the whole URL: it is redacted, and is not the stored URL`,
  });
}
