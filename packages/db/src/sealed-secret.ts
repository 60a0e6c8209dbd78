import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { DatabaseError } from './errors.ts';

/**
 * Envelope encryption of stored secrets. Each secret is sealed with a key of its own (AES-256-GCM), and that key is
 * wrapped with the operator's key-encryption key. To change the key-encryption key, only the wrapped keys are wrapped
 * again: no secret is opened.
 *
 * The text is `v2.<id of the key-encryption key>.<wrapped key>.<sealed secret>`. The last two are in base64url, and
 * each is an initialisation vector, a ciphertext and a tag. The row and column of the secret are additional data of
 * both, so that a ciphertext that is copied to another row does not open.
 */
export interface SecretBox {
  /** @param place `<table>|<column>|<row id>` */
  seal(plain: string, place: string): string;
  /** @throws DatabaseError `unseal_failed`: another key, another place, or a changed text */
  open(sealed: string, place: string): string;
  /**
   * Wraps the key of a secret with the newest key-encryption key. Returns the same text if that was done before.
   * @throws DatabaseError `unseal_failed`
   */
  rewrap(sealed: string, place: string): string;
}

interface KeyEncryptionKey {
  /** The first 8 hexadecimal digits of the SHA-256 of the key. */
  id: string;
  key: Buffer;
}

const VERSION = 'v2';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * @param keys key-encryption keys, each 32 bytes in base64. The first key wraps; all keys unwrap, so that a key can be
 *   replaced while services run
 */
export function createSecretBox(keys: readonly string[]): SecretBox {
  const known = keys.map((text): KeyEncryptionKey => {
    const key = Buffer.from(text, 'base64');
    if (key.length !== KEY_BYTES)
      throw new Error('an encryption key must be 32 bytes in base64 (openssl rand -base64 32)');
    return { id: createHash('sha256').update(key).digest('hex').slice(0, 8), key };
  });
  const [active] = known;
  if (!active) throw new Error('at least one encryption key is needed');

  function unwrap(sealed: string, place: string) {
    const [version, keyId, wrapped, secret, ...rest] = sealed.split('.');
    if (version !== VERSION || wrapped === undefined || secret === undefined || rest.length > 0) {
      throw new DatabaseError('unseal_failed', `the sealed secret of ${place} is not in a known form`);
    }
    const wrapper = known.find(({ id }) => id === keyId);
    if (!wrapper) {
      throw new DatabaseError(
        'unseal_failed',
        `the secret of ${place} was sealed with key ${keyId}, which is not configured`,
      );
    }
    return { wrapper, secret, key: decrypt(wrapper.key, wrapped, place) };
  }

  const envelope = (key: Buffer, secret: string, place: string) =>
    [VERSION, active.id, encrypt(active.key, key, place), secret].join('.');

  return {
    seal(plain, place) {
      const key = randomBytes(KEY_BYTES);
      return envelope(key, encrypt(key, Buffer.from(plain), place), place);
    },
    open(sealed, place) {
      const { key, secret } = unwrap(sealed, place);
      return decrypt(key, secret, place).toString('utf8');
    },
    rewrap(sealed, place) {
      const { wrapper, key, secret } = unwrap(sealed, place);
      return wrapper === active ? sealed : envelope(key, secret, place);
    },
  };
}

function encrypt(key: Buffer, plain: Buffer, place: string): string {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: TAG_BYTES });
  cipher.setAAD(Buffer.from(place));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url');
}

function decrypt(key: Buffer, text: string, place: string): Buffer {
  const bytes = Buffer.from(text, 'base64url');
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES), {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(Buffer.from(place));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch (cause) {
    throw new DatabaseError(
      'unseal_failed',
      `the secret of ${place} does not open: it was changed, or copied from another place`,
      {
        cause,
      },
    );
  }
}
