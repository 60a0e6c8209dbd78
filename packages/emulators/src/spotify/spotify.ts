import type { FastifyInstance } from 'fastify';
import type { Emulator, EmulatorContext } from '../core/emulator.ts';
import { commonOperations } from '../core/oauth/common-operations.ts';
import { consentTo } from '../core/oauth/consent-page.ts';
import type { Decision } from '../core/oauth/records.ts';
import { EMULATED_CLIENTS } from '../start-applications.ts';
import { mountApi } from './api.ts';
import { rateLimited, SpotifyLimits } from './limits.ts';
import { INVALID_CLIENT, INVALID_GRANT, mountOAuth, SPOTIFY_CONSENT } from './oauth.ts';
import { spotifyOperations } from './operations.ts';
import { Plays } from './plays.ts';
import { createSpotifyAuthorization } from './state.ts';

/** Spotify: the authorization code flow, the profile, and the recently played tracks. */
export function createSpotify(context: EmulatorContext) {
  const { clock } = context;
  const server = createSpotifyAuthorization(context);
  const limits = new SpotifyLimits(clock);
  const plays = new Plays();
  const consent = (url: string, decision: Decision) => consentTo(server, SPOTIFY_CONSENT, url, decision);
  const operations = {
    ...commonOperations(server, consent),
    ...spotifyOperations({ server, clock, limits, plays }),
  };
  operations.createApplication({ clientId: EMULATED_CLIENTS.spotify, name: 'Example music app' });
  operations.createAccount({ id: 'listener-ada' });
  operations.createAccount({ id: 'listener-ben' });

  const emulator: Emulator = {
    provider: 'spotify',
    hosts: ['accounts.spotify.com', 'api.spotify.com'],
    operations,
    mount(app: FastifyInstance) {
      mountOAuth(app, server);
      mountApi(app, server, limits, plays);
    },
    clientIds: () => server.clientIds(),
    accountNames: () => server.accountNames(),
    accountOf: (token) => server.accountOf(token),
    rateLimited: (seconds) => rateLimited(seconds),
    invalidGrant: () => INVALID_GRANT,
    invalidClient: () => INVALID_CLIENT,
    consentPaths: SPOTIFY_CONSENT.paths,
    consent,
  };
  return { emulator, operations };
}
