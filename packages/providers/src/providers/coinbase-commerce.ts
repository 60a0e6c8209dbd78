import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const coinbaseCommerce = definePreset({
  id: 'coinbase-commerce',
  name: 'Coinbase Commerce',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://docs.cdp.coinbase.com/commerce/docs/webhooks',
      checkedOn: '2026-11-29',
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
  },
  setup: copySecret({
    where: 'the Commerce settings, under Notifications',
    secret: 'the webhook shared secret',
  }),
  documentation: 'https://docs.cdp.coinbase.com/commerce/docs/webhooks',
  scheme: { signature: { header: 'x-cc-webhook-signature' }, encoding: 'hex' },
  type: [{ json: '/event/type' }],
  time: { json: '/event/created_at', unit: 'iso' },
  eventTypes: `charge:created charge:confirmed charge:failed charge:delayed charge:pending charge:resolved`,
});
