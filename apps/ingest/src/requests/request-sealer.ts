import { createHash } from 'node:crypto';
import { keptRequestPlace, type SecretBox } from '@hookline/db';

/** Encrypts a secret of a tenant's request. */
export type SealRequestSecret = (tenant: string, plain: string) => string;

/**
 * Cache: a sender's token is the same in each of its requests, and encrypting it takes as long as reading a request.
 */
const MAX_KNOWN = 2_000;

export function createRequestSealer(box: SecretBox): SealRequestSecret {
  /** By digest, so that no secret stays in memory after its request. */
  const known = new Map<string, string>();
  return (tenant, plain) => {
    const key = createHash('sha256').update(`${tenant}\0`).update(plain, 'latin1').digest('base64');
    const before = known.get(key);
    if (before !== undefined) return before;
    const sealed = box.seal(plain, keptRequestPlace(tenant));
    if (known.size === MAX_KNOWN) known.clear();
    known.set(key, sealed);
    return sealed;
  };
}
