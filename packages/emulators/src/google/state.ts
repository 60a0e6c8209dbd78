import type { EmulatorContext } from '../core/emulator.ts';
import { AuthorizationServer } from '../core/oauth/authorization-server.ts';
import type { AccessToken, Account, Application } from '../core/oauth/records.ts';

/** A refresh token ends after six months without use. */
const SIX_MONTHS = 180 * 86_400;

export interface GoogleApplication extends Application {
  /** The Cloud project: quotas and watches are counted by it. */
  readonly project: string;
  /** The consent screen is in testing: refresh tokens live seven days. */
  testing: boolean;
}

export interface GoogleAccount extends Account {
  /** The mail address. */
  readonly name: string;
}

export type GoogleAuthorization = AuthorizationServer<GoogleApplication, GoogleAccount>;

export interface GoogleCaller {
  readonly token: AccessToken;
  readonly account: GoogleAccount;
  readonly application: GoogleApplication;
}

export function createGoogleAuthorization({ clock, log }: EmulatorContext): GoogleAuthorization {
  return new AuthorizationServer({
    provider: 'google',
    clock,
    log,
    codeSeconds: 600,
    pkce: true,
    refreshIdleSeconds: SIX_MONTHS,
    // Google names the issuer in the callback (RFC 9207).
    callbackParameters: ({ scopes, pending }) => ({
      scope: scopes.map(fullScope).join(' '),
      authuser: '0',
      prompt: pending.parameters['prompt'] ?? 'consent',
      iss: GOOGLE_ISSUER,
    }),
  });
}

export const GOOGLE_ISSUER = 'https://accounts.google.com';
/** They have no box to untick. */
export const SIGN_IN_SCOPES: ReadonlySet<string> = new Set(['openid', 'email', 'profile']);

/** Scopes as answers name them. */
export function fullScope(scope: string): string {
  return scope === 'email' || scope === 'profile'
    ? `https://www.googleapis.com/auth/userinfo.${scope}`
    : scope;
}
