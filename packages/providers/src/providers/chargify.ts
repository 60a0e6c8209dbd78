import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const chargify = definePreset({
  id: 'chargify',
  aliases: ['maxio'],
  name: 'Maxio Advanced Billing (Chargify)',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.maxio.com/hc/en-us/articles/24266136649869-Webhooks-Reference',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { form: 'id' },
    otherwise: { header: 'x-chargify-webhook-id' },
    names: 'the webhook, also when it is sent again by hand',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: useKey({
    where: 'the site settings, under Webhooks',
    secret: 'the site shared key',
    notes: ['Events come as forms: their fields become JSON, by the names they have there.'],
  }),
  documentation: 'https://developers.maxio.com',
  scheme: { signature: { header: 'x-chargify-webhook-signature-hmac-sha-256' }, encoding: 'hex' },
  type: [{ form: 'event' }],
});
