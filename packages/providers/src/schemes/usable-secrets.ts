import type { VerificationInput } from '../provider/verification.ts';
import { type Rejection, reject } from '../rejection.ts';

export interface UsableSecret {
  readonly secret: string;
  /** Its index among all secrets of the source. */
  readonly secretIndex: number;
}

export interface UsableKey<Key> extends UsableSecret {
  readonly key: Key;
}

/** The non-empty secrets of a source. */
export function usableSecrets({ secrets }: Pick<VerificationInput, 'secrets'>): UsableSecret[] {
  const usable: UsableSecret[] = [];
  for (let secretIndex = 0; secretIndex < secrets.length; secretIndex++) {
    const secret = secrets[secretIndex];
    if (secret !== undefined && secret !== '') usable.push({ secret, secretIndex });
  }
  return usable;
}

/**
 * The keys of the secrets of a source, at least one.
 * @param what the term for a secret of this provider
 */
export function readKeys<Key>(
  input: Pick<VerificationInput, 'secrets'>,
  parseKey: (secret: string) => { readonly key: Key } | { readonly problem: string },
  what: string,
): UsableKey<Key>[] | Rejection {
  const keys: UsableKey<Key>[] = [];
  let problem: string | undefined;
  for (const usable of usableSecrets(input)) {
    const parsed = parseKey(usable.secret);
    if ('key' in parsed) keys.push({ key: parsed.key, ...usable });
    else problem ??= parsed.problem;
  }
  if (keys.length > 0) return keys;
  return problem === undefined
    ? reject('no_secret', `No ${what} is configured, so Hookline cannot verify requests.`)
    : reject('invalid_secret', `No configured secret is usable. ${problem}`);
}
