import type { VerificationScheme } from '../provider/verification.ts';
import { reject } from '../rejection.ts';

/** No signature and no secret: the source address of the request decides. */
export interface AddressScheme {
  readonly allowedAddressesOnly: true;
}

export const addressScheme: VerificationScheme = {
  verify: ({ addressAllowed }) =>
    addressAllowed === true
      ? { ok: true, secretIndex: -1 }
      : reject('no_allow_list', 'The source has no allowed addresses, so Hookline cannot verify requests.'),
  checkSecret: () => undefined,
};
