import { createHash, randomInt } from 'node:crypto';
import {
  API_KEY_ALPHABET,
  API_KEY_RANDOM_CHARACTERS,
  type ApiKeyKind,
  formatApiKey,
} from '@hookline/contracts';

/** A new API key. The answer to its maker is the only place that ever holds it. */
export function makeApiKey(kind: ApiKeyKind): string {
  const characters = Array.from({ length: API_KEY_RANDOM_CHARACTERS }, () =>
    API_KEY_ALPHABET.charAt(randomInt(API_KEY_ALPHABET.length)),
  );
  return formatApiKey(kind, characters.join(''));
}

/** SHA-256, the only form in which keys and the secrets of sessions are stored. */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
