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
    secret: 'the consumer secret (API secret key) of the app',
    notes: [
      'X asks for a signature when the webhook is made and every day, which is answered here: store the secret first.',
    ],
  }),
  documentation: 'https://docs.x.com/x-api/webhooks/introduction',
  scheme: { signature: { header: 'x-twitter-webhooks-signature', prefix: 'sha256=' }, encoding: 'base64' },
  handshakes: [
    {
      method: 'GET',
      token: { query: 'crc_token' },
      signs: /^[A-Za-z0-9_-]{1,200}$/,
      reply: { json: { response_token: 'sha256={base64}' } },
    },
  ],
  type: [{ firstMemberExcept: ['for_user_id', 'user_has_blocked'] }],
  source: [{ json: '/for_user_id' }],
});
