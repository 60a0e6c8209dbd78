import { defineProvider } from '../presets/define-provider.ts';
import { compileBodyTokenScheme } from '../schemes/body-token.ts';

/** `Authorization`: a JWT (HS256). For boards, its audience is the called address. It does not cover the body. */
export const monday = defineProvider(
  {
    id: 'monday',
    name: 'monday.com',
    evidence: [
      {
        kind: 'official-docs',
        source: 'https://developer.monday.com/apps/docs/authorization-header',
        checkedOn: '2026-11-29',
      },
      {
        kind: 'official-docs',
        source:
          'https://github.com/mondaycom/welcome-apps/blob/HEAD/apps/lifecycle-events/src/middlewares/authentication.ts',
        checkedOn: '2026-11-30',
      },
    ],
    identity: {
      id: { json: '/event/triggerUuid' },
      names: 'the event',
      unique: 'unknown',
      stable: 'unknown',
      retries: true,
    },
    setup: [
      'At monday.com, in the developer section of your app, copy the Signing Secret (for the life cycle of the app itself: the Client Secret) and store it here as the secret.',
      'Create the webhook with a token of that app and the address of this source, exactly as Hookline shows it. monday.com sends a challenge, and Hookline returns it.',
      'monday.com does not sign webhooks created in the Integrations centre or with a personal token: Hookline refuses them.',
    ],
    documentation: 'https://developer.monday.com/api-reference/reference/webhooks',
    caution: 'The token authenticates the sender and the address only: no signature covers the body.',
    handshakes: [
      { method: 'POST', token: { json: '/challenge' }, reply: { json: { challenge: '{token}' } } },
    ],
    type: [{ firstOf: [{ json: '/event/type' }, { json: '/type' }] }],
    source: [{ json: '/event/boardId' }],
    subject: [{ json: '/event/pulseId' }, { json: '/accountId' }],
    time: { json: '/event/triggerTime', unit: 'iso' },
  },
  compileBodyTokenScheme({
    header: 'authorization',
    urlClaim: { name: 'aud', as: 'text', optional: true },
    age: 'exp',
  }),
);
