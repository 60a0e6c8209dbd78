import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const flexport = definePreset({
  id: 'flexport',
  name: 'Flexport',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://apidocs.flexport.com/v2/tag/Webhook-Endpoints/',
      checkedOn: '2026-11-29',
    },
    { kind: 'official-docs', source: 'https://apidocs.flexport.com/v3/tag/Event', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
  },
  setup: chooseSecret({ where: 'the webhook settings of Flexport', secret: 'the secret token' }),
  documentation: 'https://apidocs.flexport.com/v2/tag/Webhook-Endpoints/',
  scheme: { signature: { header: 'x-hub-signature-256', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/type' }],
  subject: [{ json: '/data/resource/id' }, { json: '/data/shipment/id' }],
  time: { json: '/occurred_at', unit: 'iso' },
});
