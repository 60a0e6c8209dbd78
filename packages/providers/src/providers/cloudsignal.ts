import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const cloudsignal = definePreset({
  id: 'cloudsignal',
  name: 'CloudSignal (Cloudprinter.com)',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.cloudprinter.com/client/cloudsignal-webhooks-v2-0',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/cloudprintercom/cloudsignal-nodejs-sdk/blob/master/src/event-handler.js',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    // Retries continue for a week, and the body contains its time and its subject.
    id: [{ json: '/datetime' }, { hash: 'body' }],
    names: 'the signal; the hashed bytes contain its time',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
    retriesForSeconds: 604_800,
  },
  setup: copySecret({
    where: 'the Cloudprinter.com dashboard, under CloudSignal webhooks',
    secret: 'the Webhook API key (not the API key of the account)',
  }),
  documentation: 'https://docs.cloudprinter.com/client/cloudsignal-webhooks-v2-0',
  scheme: { token: { json: '/apikey' } },
  type: [{ json: '/type' }],
  subject: [{ json: '/item' }, { json: '/order' }],
  time: { json: '/datetime', unit: 'iso' },
  eventTypes: `CloudprinterOrderValidated ItemValidated ItemProduce ItemProduced ItemPacked ItemShipped ItemError
    ItemCanceled CloudprinterOrderCanceled`,
});
