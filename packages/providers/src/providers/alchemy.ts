import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const alchemy = definePreset({
  id: 'alchemy',
  name: 'Alchemy',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/alchemyplatform/docs/blob/main/fern/api-reference/data/webhooks/webhooks-quickstart/notify-api-faq.mdx',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event',
    unique: 'unknown',
    stable: 'unknown',
    // Retries last ten minutes, with an enterprise plan an hour.
    retries: true,
    retriesForSeconds: 3_600,
  },
  setup: copySecret({
    where: 'the Alchemy dashboard, under Webhooks',
    secret: 'the signing key of the webhook',
    notes: ['Alchemy pauses a webhook if its requests keep failing.'],
  }),
  documentation: 'https://www.alchemy.com/docs/reference/notify-api-quickstart',
  scheme: { signature: { header: 'x-alchemy-signature' }, encoding: 'hex' },
  type: [{ json: '/type' }],
  source: [{ json: '/webhookId' }],
  time: { json: '/createdAt', unit: 'iso' },
  eventTypes: `ADDRESS_ACTIVITY NFT_ACTIVITY NFT_METADATA_UPDATE GRAPHQL MINED_TRANSACTION
    DROPPED_TRANSACTION`,
});
