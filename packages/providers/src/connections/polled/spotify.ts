import type { Connectable } from '../connectable.ts';

const MONTH_SECONDS = 30 * 86_400;

/**
 * Spotify has no webhooks, so no source can be created for it. Plays of more than 30 seconds, no podcasts. Refresh
 * tokens expire six months after the consent, even if they are used.
 */
export const spotify: Connectable = {
  id: 'spotify',
  name: 'Spotify',
  documentation: 'https://developer.spotify.com/documentation/web-api',
  applicationSetup: {
    redirect:
      'At developer.spotify.com/dashboard, open the application, and add it under Settings as Redirect URI.',
    refusesLocalhost: true,
    secret: 'At developer.spotify.com/dashboard, open the application: the secret is under Settings.',
    offlineAccess: 'Spotify always gives refresh tokens. Connect the accounts again.',
    limits: [
      {
        check: 'development-mode',
        outcomes: ['no_access', 'quota'],
        text: 'Spotify refuses polls as it does in development mode: with at most five people, who must be on a list, and one quota for all applications of a developer.',
        advice:
          'Add the people under User Management, see that the owner of the application has Premium, and apply for the extended quota mode. Give applications of one developer the same `settings.quotaGroup`.',
        absent: 'No poll was refused as in development mode.',
      },
    ],
  },
  oauth: {
    authorizationUrl: 'https://accounts.spotify.com/authorize',
    tokenUrl: 'https://accounts.spotify.com/api/token',
    scopes: ['user-read-recently-played'],
    scopeSeparator: ' ',
    // The PKCE flow of Spotify is for applications without a secret.
    pkce: 'none',
    clientAuthentication: 'basic',
    identity: [
      {
        kind: 'access',
        request: { method: 'GET', url: 'https://api.spotify.com/v1/me', authorization: 'bearer' },
        id: ['/id'],
        name: '/display_name',
      },
    ],
    expiry: 'always',
    accessTokenLifetimeSeconds: 3600,
    refresh: {
      rotation: 'sometimes',
      lifetime: { seconds: 6 * MONTH_SECONDS, countedFrom: 'consent' },
      finalErrors: [],
    },
    environment: [{ clientId: 'SPOTIFY_CLIENT_ID', clientSecret: 'SPOTIFY_CLIENT_SECRET' }],
  },
  quotas: [
    // Unknown. In development mode it is counted for a developer over all applications: set `quotaGroup`.
    { id: 'requests', countedBy: 'application', window: { seconds: 30 } },
  ],
  answers: {
    codeAt: ['/error/reason', '/reason', '/error/message'],
    codes: { QUOTA_EXCEEDED: 'quota-exhausted', 'Insufficient client scope': 'missing-scope' },
  },
  polling: [
    {
      // The list has the last 50 plays. Plays appear late, so that a cursor would pass them.
      id: 'recently-played',
      everySeconds: 1800,
      request: {
        method: 'GET',
        url: 'https://api.spotify.com/v1/me/player/recently-played',
        query: { limit: '50' },
        authorization: 'bearer',
      },
      scopes: ['user-read-recently-played'],
      items: '/items',
      itemId: ['/played_at', '/track/id'],
      itemTime: { at: '/played_at', unit: 'iso' },
      events: { type: 'spotify.track.played' },
      listsOnlyNewest: 50,
      losesAfterSeconds: 7200,
    },
  ],
};
