import { hashSecret } from './api-key.ts';

const MAX_LENGTH = 200;

/**
 * A `keyId` for a column with an index. The `keyId` of a JWT holds its `sub`, and an entry of an index has 2,700 bytes at
 * most.
 */
export const indexableKeyId = (keyId: string): string =>
  keyId.length <= MAX_LENGTH ? keyId : `sha256:${hashSecret(keyId).toString('hex')}`;
