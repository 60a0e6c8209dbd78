import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const ascend = definePreset({
  id: 'ascend',
  name: 'Ascend',
  evidence: ['registry'],
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
    timestamp: { header: 'x-ascend-signature', separators: ', ', prefix: 't=', toleranceSeconds: 300 },
  },
  type: [{ json: '/type' }],
});
