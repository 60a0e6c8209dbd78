import { ENVIRONMENT_KEY_ID, ID_PREFIX, isId, jwtSubjectOf } from '@hookline/contracts';

/** Who made a call, in words. */
export function describeCaller(keyId: string): string {
  if (keyId === ENVIRONMENT_KEY_ID) return 'the operator key of the environment';
  const subject = jwtSubjectOf(keyId);
  if (subject !== undefined) return `a JWT of the subject "${subject}"`;
  if (isId(ID_PREFIX.session, keyId)) return `the session ${keyId}`;
  return `the key ${keyId}`;
}
