import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** While keys are rotated the header has two groups of a timestamp and a signature. */
export const persona = definePreset({
  id: 'persona',
  name: 'Persona',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.withpersona.com/docs/webhooks-best-practices',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/data/id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({ where: 'the Persona dashboard, under Webhooks', secret: 'the webhook secret' }),
  documentation: 'https://docs.withpersona.com/webhooks',
  scheme: {
    signature: { header: 'persona-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'persona-signature',
      separators: ', ',
      prefix: 't=',
      dates: 'unknown',
      toleranceSeconds: 300,
      several: true,
    },
  },
  type: [{ json: '/data/attributes/name' }],
});
