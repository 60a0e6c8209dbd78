import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const bigcommerce = definePreset({
  id: 'bigcommerce',
  name: 'BigCommerce',
  evidence: [
    { kind: 'official-docs', source: 'https://github.com/bigcommerce/docs', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the message',
    unique: 'unknown',
    stable: 'unknown',
    retries: true,
  },
  setup: useKey({
    where: 'the webhooks API of BigCommerce',
    secret: 'the client secret of the app',
    notes: ['An event names only what changed: fetch the rest from the API.'],
  }),
  documentation: 'https://developer.bigcommerce.com/docs/integrations/webhooks',
  scheme: standardWebhooksUnder('webhook'),
  type: [{ json: '/scope' }],
});
