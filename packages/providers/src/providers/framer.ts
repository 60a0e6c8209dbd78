import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const framer = definePreset({
  id: 'framer',
  name: 'Framer',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://www.framer.com/help/articles/framer-form-webhook-setup',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'framer-webhook-submission-id' },
    names: 'the submission of the form',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: chooseSecret({
    where: 'the form in Framer, under Send To, Webhook',
    secret: 'the secret (at least 32 characters)',
  }),
  documentation: 'https://www.framer.com/help/articles/framer-form-webhook-setup',
  scheme: {
    signature: { header: 'framer-signature', prefix: 'sha256=' },
    encoding: 'hex',
    message: '{body}{header:framer-webhook-submission-id}',
  },
  type: [{ text: 'submission' }],
  eventTypes: 'submission',
});
