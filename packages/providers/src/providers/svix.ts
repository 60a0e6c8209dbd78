import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const svix = definePreset({
  id: 'svix',
  name: 'Svix',
  evidence: ['published-vector', 'official-sdk'],
  identity: {
    id: { header: 'svix-id' },
    names: 'the message',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the application portal of the sender, under Endpoints',
    secret: 'the Signing Secret (whsec_…)',
  }),
  documentation: 'https://docs.svix.com/receiving/verifying-payloads/how',
  mayBeText: true,
  scheme: standardWebhooksUnder('svix'),
  type: [{ json: '/type' }],
});
