import { invalidFields } from '@hookline/service';
import { parseReturnUrl } from '../../accounts/return-url.ts';

/** @throws ApiError `invalid_request` */
export function checkReturnUrl(text: string, path: string): void {
  if (parseReturnUrl(text)) return;
  throw invalidFields({ path, message: 'must be an https address, or http on a loopback address' });
}
