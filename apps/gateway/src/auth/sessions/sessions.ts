import type { IncomingMessage } from 'node:http';
import { ApiError } from '@hookline/contracts';
import { cookieName, readCookie, type UseRecorder } from '@hookline/service';
import type { Attempt, Attempts } from '../attempts.ts';
import type { CredentialCache } from '../credential-cache.ts';
import type { FailureLimit } from '../failure-limit.ts';
import type { Identity } from '../identity.ts';
import { useCredential } from '../use-credential.ts';
import { hashSessionSecret } from './session-secret.ts';

export interface SessionsOptions {
  cache: CredentialCache;
  uses: UseRecorder;
  attempts: Attempts;
  failures: FailureLimit;
  operatorKey: string | undefined;
  /** The gateway's origin as the client sees it. */
  originOf: (request: IncomingMessage) => string;
}

/** Sessions of browsers: a cookie in place of a key. */
export interface Sessions {
  originOf(request: IncomingMessage): string;
  cookieNameOf(request: IncomingMessage): string;
  /** The secret that a request brings; undefined without one. */
  read(request: IncomingMessage): string | undefined;
  /**
   * Finds the identity of a session, whose `keyId` is the id of the session.
   * @throws ApiError `session_ended`, `address_not_allowed`, `rate_limited`
   */
  authenticate(secret: string, address: string): Promise<Identity>;
}

const COOKIE = 'hl';

export function createSessions(options: SessionsOptions): Sessions {
  const { cache, uses, attempts, failures, operatorKey, originOf } = options;
  const cookieNameOf = (request: IncomingMessage) => cookieName(COOKIE, originOf(request));

  async function identify(secret: string, address: string, attempt: Attempt): Promise<Identity> {
    const unknown = new ApiError('session_ended');
    const secretHash = hashSessionSecret(secret, operatorKey);
    if (!secretHash) throw unknown;
    return useCredential({ attempt, secretHash, address, cache, uses, failures, unknown });
  }

  return {
    originOf,
    cookieNameOf,
    read: (request) => readCookie(request.headers, cookieNameOf(request)) || undefined,
    authenticate: (secret, address) => attempts.run(address, (attempt) => identify(secret, address, attempt)),
  };
}
