import type { EmulatorContext } from '../core/emulator.ts';
import { AuthorizationServer } from '../core/oauth/authorization-server.ts';
import type { AccessToken, Account, Application } from '../core/oauth/records.ts';

/** A token of an OAuth app is revoked after a year without use. */
const YEAR_SECONDS = 365 * 86_400;

export interface GitHubApplication extends Application {
  /** An OAuth app has scopes and tokens without expiry; a GitHub App has installations and tokens of eight hours. */
  readonly kind: 'oauth-app' | 'github-app';
  /** The webhook of a GitHub App. */
  webhook: { readonly url: string; readonly secret: string } | undefined;
}

export interface GitHubAccount extends Account {
  /** The login. */
  readonly name: string;
  readonly numericId: number;
  readonly email: string;
}

export type GitHubAuthorization = AuthorizationServer<GitHubApplication, GitHubAccount>;

export interface Caller {
  readonly token: AccessToken;
  readonly account: GitHubAccount;
  readonly application: GitHubApplication | undefined;
  /** The request does not count against the rate limit any more, as for 304. */
  uncounted: boolean;
}

export function createAuthorization({ clock, log }: EmulatorContext): GitHubAuthorization {
  return new AuthorizationServer({
    provider: 'github',
    clock,
    log,
    codeSeconds: 600,
    pkce: true,
    redirectUriOptionalAtExchange: true,
    refreshEndsAccess: true,
    accessIdleSeconds: YEAR_SECONDS,
  });
}
