/** Parts of a name that say so wherever they stand. */
const PARTS =
  /token|secret|passw|passphrase|credential|(api|access|auth|private|shared|function|webhook)[-_]?key/i;
/** Words that say so among others: `x-session-id`, `userPin`. A part of another word does not: `author`, `compass`. */
const WORDS: ReadonlySet<string> = new Set([
  'auth',
  'authorization',
  'cookie',
  'jwt',
  'otp',
  'pass',
  'pin',
  'pwd',
  'session',
  'sid',
  'totp',
]);
/** Words that say so only if they are the whole name: `status_code` and `sort_key` are harmless. */
const WHOLE_NAMES: ReadonlySet<string> = new Set(['access', 'code', 'hash', 'k', 'key']);

/** Last words of names that tell something about a secret, and not the secret: `auth_type`, `session-count`. */
const ABOUT = /^(algo|algorithm|at|count|enabled|method|mode|scheme|status|type|url)$/;

/** Whether the name of a header, a parameter or a field says that its value is a secret. */
export function namesSecret(name: string): boolean {
  if (PARTS.test(name)) return true;
  const words = wordsOf(name);
  if (words.length === 1 && WHOLE_NAMES.has(words[0] ?? '')) return true;
  // A signature proves who sent a request, and is of no use for another one: `x-signature-jwt`.
  if (words.includes('signature') || ABOUT.test(words.at(-1) ?? '')) return false;
  return words.some((word) => WORDS.has(word));
}

/** Header names have hyphens; names of parameters and fields have underscores or are in camel case. */
export function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}
