import type { FastifyInstance } from 'fastify';
import type { Emulator, EmulatorContext } from '../core/emulator.ts';
import { commonOperations } from '../core/oauth/common-operations.ts';
import { consentTo } from '../core/oauth/consent-page.ts';
import type { Decision } from '../core/oauth/records.ts';
import { DEFAULT_GOOGLE_PROJECT, EMULATED_CLIENTS } from '../start-applications.ts';
import { googleError } from './api-error.ts';
import { Gmail } from './gmail/gmail.ts';
import { mountGmail } from './gmail/routes.ts';
import { GOOGLE_CONSENT, INVALID_CLIENT, INVALID_GRANT, mountOAuth } from './oauth.ts';
import { googleOperations } from './operations.ts';
import { PubSub } from './pub-sub.ts';
import { Signer } from './signer.ts';
import { createGoogleAuthorization } from './state.ts';
import { Hub } from './websub/hub.ts';
import { mountHub } from './websub/routes.ts';
import { DailyQuota } from './youtube/quota.ts';
import { mountYouTube } from './youtube/routes.ts';
import { Videos } from './youtube/videos.ts';

/** Google: OAuth with granular consent, Gmail with Pub/Sub pushes, YouTube with its daily quota, and the WebSub hub. */
export function createGoogle(context: EmulatorContext) {
  const { clock } = context;
  const server = createGoogleAuthorization(context);
  const signer = new Signer();
  const pubSub = new PubSub(signer, context.send);
  const gmail = new Gmail(clock, pubSub);
  const videos = new Videos();
  const quota = new DailyQuota(clock);
  const hub = new Hub(context);
  const consent = (url: string, decision: Decision) => consentTo(server, GOOGLE_CONSENT, url, decision);
  const operations = {
    ...commonOperations(server, consent),
    ...googleOperations({ server, clock, send: context.send, signer, pubSub, gmail, videos, quota, hub }),
  };

  operations.createApplication({ clientId: EMULATED_CLIENTS.google, name: 'Example app' });
  operations.createApplication({
    clientId: EMULATED_CLIENTS.googleTesting,
    name: 'Example app in testing',
    testing: true,
  });
  operations.createAccount({ email: 'ada@example.com' });
  operations.createAccount({ email: 'ben@example.com' });
  operations.createTopic({ topic: `projects/${DEFAULT_GOOGLE_PROJECT}/topics/gmail` });

  const emulator: Emulator = {
    provider: 'google',
    hosts: [
      'accounts.google.com',
      'oauth2.googleapis.com',
      'openidconnect.googleapis.com',
      'www.googleapis.com',
      'gmail.googleapis.com',
      'youtube.googleapis.com',
      'pubsubhubbub.appspot.com',
    ],
    operations,
    mount(app: FastifyInstance) {
      mountOAuth(app, server, signer);
      mountGmail(app, { server, gmail, pubSub, clock });
      mountYouTube(app, { server, videos, quota });
      mountHub(app, hub);
    },
    clientIds: () => server.clientIds(),
    accountNames: () => server.accountNames(),
    accountOf: (token) => server.accountOf(token),
    rateLimited: (seconds) =>
      googleError(429, 'Too many concurrent requests for user', 'rateLimitExceeded', {
        'retry-after': String(seconds),
      }),
    invalidGrant: () => INVALID_GRANT,
    invalidClient: () => INVALID_CLIENT,
    consentPaths: GOOGLE_CONSENT.paths,
    consent,
  };
  return { emulator, operations };
}
