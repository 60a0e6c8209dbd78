import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const akeneo = definePreset({
  id: 'akeneo',
  name: 'Akeneo',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/akeneo/pim-api-docs/blob/master/content/events-api/security.md',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/akeneo/pim-api-docs/blob/master/content/events-api/subscription.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/event_id' },
    names: 'the event',
    unique: 'everywhere',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: copySecret({
    where: 'the connection settings of Akeneo, under Event subscriptions',
    secret: 'the connection secret',
    notes: [
      'This provider is the Events API. The Event Platform of Akeneo uses other bodies and signatures.',
    ],
  }),
  documentation: 'https://api.akeneo.com/events-documentation/overview.html',
  scheme: {
    signature: { header: 'x-akeneo-request-signature' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: { header: 'x-akeneo-request-timestamp', dates: 'attempt', toleranceSeconds: 300 },
  },
  batch: '/events',
  type: [{ json: '/action' }],
  source: [{ json: '/pim_source' }],
  subject: [
    { json: '/data/resource/uuid' },
    { json: '/data/resource/identifier' },
    { json: '/data/resource/code' },
  ],
  time: { json: '/event_datetime', unit: 'iso' },
  eventTypes: `product.created product.updated product.removed product_model.created product_model.updated
    product_model.removed`,
  answerWithinMs: 500,
});
