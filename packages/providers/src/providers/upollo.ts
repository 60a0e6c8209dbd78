import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const upollo = definePreset({
  id: 'upollo',
  name: 'Upollo',
  evidence: [
    { kind: 'official-docs', source: 'https://upollo.ai/docs/reference/webhooks', checkedOn: '2026-11-29' },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: copySecret({ where: 'the webhook settings of Upollo', secret: 'the signing secret' }),
  scheme: {
    signature: {
      header: 'upollo-signature',
      moreHeaders: ['userwatch-signature'],
      separators: ', ',
      prefix: 's0:',
    },
    encoding: 'hex',
    hash: 'sha512',
  },
  type: [{ firstOf: [{ json: '/analysis/action' }, { json: '/analysis/eventType' }] }],
  subject: { json: '/analysis/requestID' },
  time: { json: '/timestamp', unit: 'iso' },
});
