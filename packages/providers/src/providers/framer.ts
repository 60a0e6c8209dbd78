import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const framer = definePreset({
  id: 'framer',
  name: 'Framer',
  evidence: ['registry'],
  setup: chooseSecret({ where: 'the form in Framer, under Send To, Webhook', secret: 'the secret' }),
  documentation: 'https://www.framer.com/help/articles/webhooks/',
  scheme: {
    signature: { header: 'framer-signature', prefix: 'sha256=' },
    encoding: 'hex',
    message: '{body}{header:framer-webhook-submission-id}',
  },
  deliveryId: { header: 'framer-webhook-submission-id' },
});
