import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { DatabaseError } from './errors.ts';

/**
 * Secrets at rest: AES-256-GCM, as `v1.<key id>.<iv>.<ciphertext and tag>` in base64url. The row and column that a
 * secret belongs to are additional data, so that a ciphertext copied to another row does not open.
 */
export interface SecretBox {
  /** @param place `<table>|<column>|<row id>` */
  seal(plain: string, place: string): string;
  /** @throws DatabaseError `unseal_failed`: another key, another place, or a changed text */
  open(sealed: string, place: string): string;
}

/**
 * @param keys base64 of 32 bytes each. The first seals; all open, so that a key can be replaced without a pause.
 */
export function createSecretBox(keys: readonly string[]): SecretBox {
  const decoded = keys.map((text) => {
    const key = Buffer.from(text, 'base64');
    if (key.length !== 32)
      throw new Error('an encryption key must be 32 bytes in base64 (openssl rand -base64 32)');
    return { id: createHash('sha256').update(key).digest('hex').slice(0, 8), key };
  });
  const active = decoded[0];
  if (!active) throw new Error('at least one encryption key is needed');

  return {
    seal(plain, place) {
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', active.key, iv, { authTagLength: 16 });
      cipher.setAAD(Buffer.from(place));
      const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return ['v1', active.id, iv.toString('base64url'), sealed.toString('base64url')].join('.');
    },
    open(sealed, place) {
      const [version, keyId, iv, text, ...rest] = sealed.split('.');
      const entry = decoded.find(({ id }) => id === keyId);
      if (version !== 'v1' || iv === undefined || text === undefined || rest.length > 0) {
        throw new DatabaseError('unseal_failed', `the sealed secret of ${place} is not in a known form`);
      }
      if (!entry) {
        throw new DatabaseError(
          'unseal_failed',
          `the secret of ${place} was sealed with key ${keyId}, which is not configured`,
        );
      }
      const bytes = Buffer.from(text, 'base64url');
      try {
        const decipher = createDecipheriv('aes-256-gcm', entry.key, Buffer.from(iv, 'base64url'), {
          authTagLength: 16,
        });
        decipher.setAAD(Buffer.from(place));
        decipher.setAuthTag(bytes.subarray(-16));
        return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new DatabaseError(
          'unseal_failed',
          `the secret of ${place} does not open: it was changed or moved`,
          { cause },
        );
      }
    },
  };
}
