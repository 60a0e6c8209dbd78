// Imports nothing, so that the CLI, the SDK and pages can check a key without a request.

/** The kinds of keys: `operator` keys may act for every tenant, `tenant` keys for their own. */
export const API_KEY_KINDS = ['operator', 'tenant'] as const;
export type ApiKeyKind = (typeof API_KEY_KINDS)[number];

/** The alphabet of the random part. */
export const API_KEY_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 32 characters are 190 bits, so a fast hash of the key is as safe as a slow one. */
export const API_KEY_RANDOM_CHARACTERS = 32;
const CHECK_CHARACTERS = 6;

const API_KEY = /^(hl_(?:operator|tenant)_[0-9A-Za-z]{32})_([0-9A-Za-z]{6})$/;

/**
 * An API key: `hl_<kind>_<random>_<check>`. The check is the CRC-32 of everything before it, in base 62. It tells typing
 * errors and keys that were cut from real keys without a look-up, and lets scanners of secrets find keys without false
 * alarms. It proves nothing about who made the key.
 * @param random 32 characters of `API_KEY_ALPHABET`
 */
export function formatApiKey(kind: ApiKeyKind, random: string): string {
  const start = `hl_${kind}_${random}`;
  return `${start}_${checkOf(start)}`;
}

/**
 * Judges a text without a request.
 * @returns `valid`: it has the form and the check of a key; whether it is one, the server knows. `mistyped`: it has the form,
 * but characters are wrong. `other`: something else, such as a JWT or an operator key of the operator's own choice
 */
export function checkApiKey(text: string): 'valid' | 'mistyped' | 'other' {
  const [, start, check] = API_KEY.exec(text) ?? [];
  if (start === undefined) return 'other';
  return checkOf(start) === check ? 'valid' : 'mistyped';
}

/** The part of a key that may be shown, so that a person recognizes it: `hl_tenant_Ab3d`. */
export function apiKeyPrefix(key: string): string {
  return key.slice(0, key.indexOf('_', 3) + 5);
}

function checkOf(text: string): string {
  let rest = crc32(text);
  let check = '';
  for (let count = 0; count < CHECK_CHARACTERS; count++) {
    check = API_KEY_ALPHABET.charAt(rest % 62) + check;
    rest = Math.floor(rest / 62);
  }
  return check;
}

/** The CRC-32 of ISO 3309, as zlib and PNG have it, of text in ASCII. */
function crc32(text: string): number {
  let crc = 0xffffffff;
  for (let index = 0; index < text.length; index++) {
    crc ^= text.charCodeAt(index);
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
