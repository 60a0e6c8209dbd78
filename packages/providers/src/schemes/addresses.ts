import type { VerificationScheme } from '../provider/verification.ts';
import { reject } from '../rejection.ts';

/** Neither a signature nor a secret: what counts is the address that the request comes from. */
export interface AddressScheme {
  readonly allowedAddressesOnly: true;
}

export const addressScheme: VerificationScheme = {
  verify: ({ addressAllowed }) =>
    addressAllowed === true
      ? { ok: true, secretIndex: -1 }
      : reject('no_allow_list', 'The source allows no addresses, so nothing can be verified.'),
  checkSecret: () => undefined,
};
