import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

/** Standard Webhooks, but the key is the text of the secret: its SDK encodes it before the library decodes it. */
export const polar = definePreset({
  id: 'polar',
  name: 'Polar',
  evidence: ['official-sdk', 'registry'],
  setup: copySecret({
    where: 'the organization settings of Polar, under Webhooks',
    secret: 'the webhook secret',
  }),
  documentation: 'https://polar.sh/docs/integrate/webhooks/endpoints',
  scheme: { ...standardWebhooksUnder('webhook'), key: 'utf8' },
  type: [{ json: '/type' }],
  deliveryId: { header: 'webhook-id' },
});
