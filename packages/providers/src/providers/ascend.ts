import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const ascend = definePreset({
  id: 'ascend',
  name: 'Ascend',
  evidence: [
    { kind: 'official-docs', source: 'https://useascend.readme.io/docs/webhooks', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { json: '/event_id' },
    otherwise: { json: '/id' },
    names: 'the event',
    unique: 'unknown',
    stable: 'unknown',
    retries: true,
  },
  setup: copySecret({ where: 'the webhook settings of Ascend', secret: 'the signing secret' }),
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
  type: [{ json: '/type' }],
});
