import type { FastifyInstance } from 'fastify';
import type { EmulatedAnswer } from '../core/emulator.ts';
import { type ConsentRules, mountConsentPage } from '../core/oauth/consent-page.ts';
import type { Refusal } from '../core/oauth/refusal.ts';
import { mountTokenEndpoint, secondsLeft } from '../core/oauth/token-endpoint.ts';
import type { SpotifyAuthorization } from './state.ts';

export const SPOTIFY_CONSENT: ConsentRules = {
  paths: ['/accounts.spotify.com/authorize'],
  title: 'Spotify',
  granular: false,
  rejectRedirect: ({ hostname }) =>
    hostname === 'localhost' ? 'Insecure redirect URI: use https or a loopback address.' : undefined,
};

export const INVALID_GRANT: EmulatedAnswer = {
  status: 400,
  body: { error: 'invalid_grant', error_description: 'Refresh token revoked' },
};
export const INVALID_CLIENT: EmulatedAnswer = {
  status: 400,
  body: { error: 'invalid_client', error_description: 'Invalid client secret' },
};

export function mountOAuth(app: FastifyInstance, server: SpotifyAuthorization): void {
  mountConsentPage(app, server, SPOTIFY_CONSENT);
  mountTokenEndpoint(app, server, {
    paths: ['/accounts.spotify.com/api/token'],
    redeem: (application, code) =>
      server.issue(application, server.addGrant(application, code.accountId), { scopes: code.scopes }),
    answer: ({ access, refresh }, grantType) => {
      const rotated = server.applications.get(access.grant.clientId)?.rotation.kind !== 'none';
      return {
        access_token: access.text,
        token_type: 'Bearer',
        expires_in: secondsLeft(access.expiresAtMs, server.nowMs()),
        scope: access.scopes.join(' '),
        // An exchange without rotation returns no refresh token.
        ...(refresh !== undefined &&
          (grantType !== 'refresh_token' || rotated) && { refresh_token: refresh.text }),
      };
    },
    refuse,
  });
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  unknown: 'Invalid refresh token',
  verifier: 'code_verifier was incorrect',
};

function refuse(refusal: Refusal): EmulatedAnswer {
  switch (refusal.code) {
    case 'invalid_client':
      return INVALID_CLIENT;
    case 'invalid_grant': {
      const description = DESCRIPTIONS[refusal.reason];
      return description === undefined
        ? INVALID_GRANT
        : { status: 400, body: { error: 'invalid_grant', error_description: description } };
    }
    case 'redirect_uri_mismatch':
      return { status: 400, body: { error: 'invalid_grant', error_description: 'Invalid redirect URI' } };
    default:
      return { status: 400, body: { error: refusal.code, error_description: refusal.reason } };
  }
}
