import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

/** The successor of the MessageBird platform, which signs differently. */
export const bird = definePreset({
  id: 'bird',
  name: 'Bird',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://docs.bird.com/api/notifications-api/api-reference/webhook-subscriptions/verifying-a-webhook-subscription',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: 'none',
    because: 'messagebird-request-id identifies the request, and the id in the payload identifies the object',
    retries: 'unknown',
  },
  setup: chooseSecret({
    where: 'Bird, under Webhook subscriptions, or through its API',
    secret: 'the signing key',
    notes: [
      'Webhooks of the older MessageBird platform carry a token: use the provider messagebird for them.',
    ],
  }),
  documentation:
    'https://docs.bird.com/api/notifications-api/api-reference/webhook-subscriptions/verifying-a-webhook-subscription',
  scheme: {
    signature: { header: 'messagebird-signature' },
    encoding: 'base64',
    message: '{timestamp}\n{url}\n{bodySha256Bytes}',
    timestamp: {
      header: 'messagebird-request-timestamp',
      unit: 'auto',
      dates: 'unknown',
      toleranceSeconds: 300,
    },
  },
  type: [{ json: '/service' }, { json: '/event' }],
  subject: { json: '/payload/id' },
});
