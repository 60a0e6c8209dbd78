import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** The question asks for a signature of any token. A body is JSON and so never of the form of a token. */
export const x = definePreset({
  id: 'x',
  aliases: ['twitter'],
  name: 'X (Twitter)',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/xdevplatform/docs/blob/HEAD/x-api/webhooks/introduction.mdx',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/xdevplatform/docs/blob/HEAD/x-api/activity/event-payloads.mdx',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/data/event_uuid' },
    names: 'the event, of the Activity API; others have none',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
  },
  setup: useKey({
    where: 'the webhooks API of X',
    secret:
      'the client secret (OAuth 2.0) of the app, or of an app without one the consumer secret (API secret key),',
    notes: [
      'X asks for a signature when the webhook is made and every hour, which is answered here: store the secret first.',
    ],
  }),
  documentation: 'https://docs.x.com/x-api/webhooks/introduction',
  scheme: {
    signature: {
      header: 'x-twitter-webhooks-signature',
      moreHeaders: ['x-twitter-webhooks-signature-oauth2'],
      prefix: 'sha256=',
    },
    encoding: 'base64',
  },
  handshakes: [
    {
      method: 'GET',
      token: { query: 'crc_token' },
      // The form is not documented: what base64 may hold, and nothing that a JSON text begins with.
      signs: /^[A-Za-z0-9_+/.-]{1,200}={0,2}$/,
      reply: { json: { response_token: 'sha256={base64}' } },
    },
  ],
  // The Activity API names the type; the Account Activity API has a member for each; a filtered stream has posts.
  type: [
    {
      firstMemberExcept: ['for_user_id', 'user_has_blocked', 'is_blocked_by'],
      unless: { json: '/data/event_type' },
      named: { data: 'post' },
    },
  ],
  source: [{ firstOf: [{ json: '/for_user_id' }, { json: '/data/filter/user_id' }] }],
  subject: { json: '/data/id' },
});
