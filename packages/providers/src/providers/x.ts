import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** The handshake requests a signature of any token. A body is JSON, so it never has the form of a token. */
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
    names: 'the event of the Activity API; other events have no id',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
  },
  setup: useKey({
    where: 'the webhooks API of X',
    secret:
      'the client secret (OAuth 2.0) of the app, or for an app without OAuth 2.0 the consumer secret (API secret key),',
    notes: [
      'Store the secret first: X requests a signature when you create the webhook and every hour, and Hookline answers.',
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
      // The form is not documented: characters of base64, none of which begins a JSON object.
      signs: /^[A-Za-z0-9_+/.-]{1,200}={0,2}$/,
      reply: { json: { response_token: 'sha256={base64}' } },
    },
  ],
  // The Activity API names the type; the Account Activity API has a member per type; a filtered stream contains posts.
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
