import { invalidFields } from '@hookline/service';
import { parseReturnUrl } from '../../accounts/return-url.ts';

/** @returns the address in its normal form @throws ApiError `invalid_request` */
export function checkReturnUrl(text: string, path: string): string {
  const url = parseReturnUrl(text);
  if (url !== undefined) return url.href;
  throw invalidFields({ path, message: 'must be an https address, or http on a loopback address' });
}
