import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const cursor = definePreset({
  id: 'cursor',
  name: 'Cursor',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://cursor.com/docs/cloud-agent/api/webhooks.md',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-webhook-id' },
    names: 'the delivery',
    unique: 'everywhere',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: chooseSecret({ where: 'the webhook setting of your background agents', secret: 'the secret' }),
  documentation: 'https://cursor.com/docs',
  scheme: { signature: { header: 'x-webhook-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/event' }],
});
