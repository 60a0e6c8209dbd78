import { ENVIRONMENT_KEY_ID, ID_PREFIX, isId, JWT_KEY_PREFIX } from '@hookline/contracts';

/** Who made a call, in words. */
export function describeCaller(keyId: string): string {
  if (keyId === ENVIRONMENT_KEY_ID) return 'the operator key of the environment';
  if (keyId.startsWith(JWT_KEY_PREFIX))
    return `a JWT of the subject "${decodeURIComponent(keyId.slice(JWT_KEY_PREFIX.length))}"`;
  if (isId(ID_PREFIX.session, keyId)) return `the session ${keyId}`;
  return `the key ${keyId}`;
}
