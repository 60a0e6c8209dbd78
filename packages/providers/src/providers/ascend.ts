import { definePreset } from '../presets/define-preset.ts';

export const ascend = definePreset({
  id: 'ascend',
  name: 'Ascend',
  evidence: [
    { kind: 'official-docs', source: 'https://useascend.readme.io/docs/webhooks', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { json: '/event_id' },
    names: 'the event',
    unique: 'unknown',
    stable: 'unknown',
    retries: true,
  },
  setup: [
    'Ask Ascend to send webhooks to the address of this source.',
    'Ascend sends a key by e-mail. Store it here as the secret of this source.',
  ],
  documentation: 'https://useascend.readme.io/docs/webhooks',
  scheme: {
    signature: { header: 'x-ascend-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
    message: '{timestamp}:{body}',
    timestamp: {
      header: 'x-ascend-signature',
      separators: ', ',
      prefix: 't=',
      dates: 'unknown',
      toleranceSeconds: 300,
    },
  },
  type: [{ json: '/event_name' }],
  subject: { json: '/payload/id' },
});
