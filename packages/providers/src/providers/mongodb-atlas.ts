import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const mongodbAtlas = definePreset({
  id: 'mongodb-atlas',
  name: 'MongoDB Atlas',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/mongodb/docs/blob/HEAD/content/atlas/source/tutorial/webhook-integration.txt',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: '/id names the alert, of which there are several events',
    retries: 'unknown',
  },
  setup: chooseSecret({
    where: 'the project integrations of Atlas, under Webhook Settings',
    secret: 'the Secret',
  }),
  documentation: 'https://www.mongodb.com/docs/atlas/tutorial/third-party-service-integrations/',
  scheme: { signature: { header: 'x-mms-signature' }, encoding: 'base64', hash: 'sha1' },
  type: [{ json: '/eventTypeName' }],
});
