import { definePreset } from '../presets/define-preset.ts';
import { storeReturned } from '../presets/setup-steps.ts';

export const shiphero = definePreset({
  id: 'shiphero',
  name: 'ShipHero',
  evidence: ['registry'],
  setup: storeReturned({
    where: 'the webhooks API of ShipHero',
    secret: 'the shared signature secret that the API returns when the webhook is made',
  }),
  documentation: 'https://developer.shiphero.com/webhooks/',
  scheme: { signature: { header: 'x-shiphero-hmac-sha256' }, encoding: 'base64' },
  type: [{ json: '/webhook_type' }],
  deliveryId: { header: 'x-shiphero-message-id' },
  answer: { body: '{"code":"200","Status":"Success"}' },
});
