import type { IncomingMessage } from 'node:http';
import { followFeed } from '@hookline/contracts';
import type { Authenticator } from './authenticator.ts';
import type { Identity } from './identity.ts';
import { readBearer } from './read-bearer.ts';
import { requireAccess } from './require-access.ts';
import { isOfOwnPage } from './sessions/require-own-page.ts';
import type { Sessions } from './sessions/sessions.ts';

/** Authenticates the connections of the feed. */
export interface UpgradeAuthentication {
  /** The address of a client. */
  addressOf(request: IncomingMessage): string;
  /** Whether a request says who it is from: by the header Authorization, or by the cookie of a session. */
  hasCredentials(request: IncomingMessage): boolean;
  /**
   * @returns undefined: the client says later who it is
   * @throws ApiError as the Authenticator; `session_ended`, `scope_missing`, `forbidden`
   */
  byRequest(request: IncomingMessage): Promise<Identity | undefined>;
  /** Finds the identity of a token that a connected client sent. @throws ApiError as the Authenticator; `scope_missing`, `forbidden` */
  byToken: Authenticator;
}

export interface UpgradeAuthenticationOptions {
  authenticator: Authenticator;
  sessions: Sessions;
  addressOf: (request: IncomingMessage) => string;
}

/**
 * A browser adds the cookie to upgrades and polls of any page, and a page cannot add headers. So the cookie counts for
 * pages of the gateway's own origin only. To other pages, which may open the feed with a token, it is as if there was none.
 */
export function createUpgradeAuthentication(options: UpgradeAuthenticationOptions): UpgradeAuthentication {
  const { authenticator, sessions, addressOf } = options;

  function secretOf(request: IncomingMessage): string | undefined {
    if (request.headers.authorization !== undefined) return undefined;
    return isOfOwnPage(request, sessions.originOf(request)) ? sessions.read(request) : undefined;
  }

  function allow(identity: Identity): Identity {
    requireAccess(identity, followFeed);
    return identity;
  }

  return {
    addressOf,
    hasCredentials: (request) =>
      request.headers.authorization !== undefined || secretOf(request) !== undefined,
    async byRequest(request) {
      const address = addressOf(request);
      if (request.headers.authorization !== undefined)
        return allow(await authenticator(readBearer(request.headers), address));
      const secret = secretOf(request);
      return secret === undefined ? undefined : allow(await sessions.authenticate(secret, address));
    },
    byToken: async (token, address) => allow(await authenticator(token, address)),
  };
}
