import { randomBytes } from 'node:crypto';
import { hashSecret } from '../api-key.ts';

const SECRET = /^[se]_[A-Za-z0-9_-]{43}$/;
const ENVIRONMENT = 'e_';

/**
 * The value of a session's cookie: 256 random bits.
 * @param isOfEnvironment whether the sign-in was by the operator key of the environment
 */
export function makeSessionSecret(isOfEnvironment: boolean): string {
  return `${isOfEnvironment ? ENVIRONMENT : 's_'}${randomBytes(32).toString('base64url')}`;
}

/**
 * The form in which it is stored. The operator key of the environment is not in the database, so that key is a part of the
 * hash of its sessions: they end when it is changed or removed.
 * @returns undefined for a text that is no secret of a session
 */
export function hashSessionSecret(secret: string, operatorKey: string | undefined): Buffer | undefined {
  if (!SECRET.test(secret)) return undefined;
  if (!secret.startsWith(ENVIRONMENT)) return hashSecret(secret);
  return operatorKey === undefined ? undefined : hashSecret(`${secret}\0${operatorKey}`);
}
