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
    {
      kind: 'secondary',
      source:
        'https://github.com/hookdeck/webhook-skills/blob/main/skills/cursor-webhooks/references/overview.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { header: 'x-webhook-id' },
    names: 'the delivery',
    unique: 'everywhere',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: chooseSecret({
    where: 'the call to the API of Cursor that starts a cloud agent',
    secret: 'the webhook secret',
  }),
  documentation: 'https://cursor.com/docs/cloud-agent/api/webhooks',
  scheme: { signature: { header: 'x-webhook-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ json: '/event' }, { json: '/status' }],
  subject: { json: '/id' },
  time: { json: '/timestamp', unit: 'iso' },
  eventTypes: 'statusChange.FINISHED statusChange.ERROR',
});
