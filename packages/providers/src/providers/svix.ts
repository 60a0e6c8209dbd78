import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const svix = definePreset({
  id: 'svix',
  name: 'Svix',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://docs.svix.com/receiving/verifying-payloads/how',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://docs.svix.com/receiving/verifying-payloads/how',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.svix.com/receiving/verifying-payloads/how-manual',
      checkedOn: '2026-11-29',
    },
  ],
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
