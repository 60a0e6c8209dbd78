import { definePreset } from '../presets/define-preset.ts';
import { storeReturned } from '../presets/setup-steps.ts';

/** The event is only a sign that something changed; its id would be that of the webhook. */
export const airtable = definePreset({
  id: 'airtable',
  name: 'Airtable',
  evidence: [
    {
      kind: 'secondary',
      source: 'https://airtable.com/developers/web/api/webhooks-overview',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: storeReturned({
    where: 'the webhooks API of Airtable',
    secret: 'the macSecretBase64 that the API returns when the webhook is made',
    notes: [
      'An event only says that something changed: fetch the payloads from the API. A webhook ends after seven days unless it is refreshed.',
    ],
  }),
  documentation: 'https://airtable.com/developers/web/api/webhooks-overview',
  scheme: {
    signature: { header: 'x-airtable-content-mac', prefix: 'hmac-sha256=' },
    encoding: 'hex',
    key: { base64After: '' },
  },
  answerWithinMs: 25_000,
});
