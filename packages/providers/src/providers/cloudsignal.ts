import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const cloudsignal = definePreset({
  id: 'cloudsignal',
  name: 'CloudSignal',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.cloudprinter.com/client/cloudsignal-webhooks-v2-0',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: copySecret({ where: 'the webhook settings of CloudSignal', secret: 'the API key' }),
  scheme: { token: { json: '/apikey' } },
  type: [{ json: '/type' }],
  eventTypes: `CloudprinterOrderValidated ItemValidated ItemProduce ItemProduced ItemPacked ItemShipped ItemError
    ItemCanceled CloudprinterOrderCanceled`,
});
