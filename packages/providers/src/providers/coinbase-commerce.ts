import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const coinbaseCommerce = definePreset({
  id: 'coinbase-commerce',
  name: 'Coinbase Commerce',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/coinbase/coinbase-commerce-node/blob/master/lib/Webhook.js',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-fields',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/event/id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 259_200,
  },
  setup: copySecret({
    where: 'the Commerce settings, under Notifications',
    secret: 'the webhook shared secret',
    notes: [
      'Coinbase reportedly ended Commerce on 31 March 2026. Its successor, Coinbase Business, signs differently: Hookline refuses its webhooks.',
    ],
  }),
  documentation: 'https://docs.cdp.coinbase.com/commerce/docs/webhooks',
  scheme: { signature: { header: 'x-cc-webhook-signature' }, encoding: 'hex' },
  type: [{ json: '/event/type' }],
  subject: [{ json: '/event/data/code' }, { json: '/event/data/id' }],
  time: { json: '/event/created_at', unit: 'iso' },
  eventTypes: 'charge:created charge:pending charge:confirmed charge:failed',
});
