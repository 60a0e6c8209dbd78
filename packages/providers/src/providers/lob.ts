import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** A retry repeats the timestamp of the first attempt, so its age says nothing. */
export const lob = definePreset({
  id: 'lob',
  name: 'Lob',
  evidence: [
    { kind: 'official-docs', source: 'https://github.com/lob/lob-openapi', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
  },
  setup: copySecret({ where: 'the Lob dashboard, under Webhooks', secret: 'the secret of the webhook' }),
  documentation: 'https://docs.lob.com',
  scheme: {
    signature: { header: 'lob-signature' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: { header: 'lob-signature-timestamp', unit: 'auto', dates: 'unknown', toleranceSeconds: null },
  },
  type: [{ json: '/event_type/id' }],
});
