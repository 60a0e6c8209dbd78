import { definePreset } from '../presets/define-preset.ts';
import { storeReturned } from '../presets/setup-steps.ts';

/** The event only says that something changed. Its ids identify the base and the webhook. */
export const airtable = definePreset({
  id: 'airtable',
  name: 'Airtable',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://airtable.com/developers/web/api/webhooks-overview',
      checkedOn: '2026-11-30',
    },
    // The algorithm of the MAC; the library cites that page.
    {
      kind: 'secondary',
      source: 'https://github.com/gtalarico/pyairtable/blob/main/pyairtable/models/webhook.py',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    // The body has a time in milliseconds, and retries repeat the time.
    id: [{ json: '/webhook/id' }, { json: '/timestamp' }],
    names: 'the notification of a webhook at a time',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
  },
  setup: storeReturned({
    where: 'the webhooks API of Airtable',
    secret: 'the macSecretBase64 that the API returns when you create the webhook',
    notes: [
      'An event only says that something changed: fetch the payloads from the API. A webhook expires after seven days unless you refresh it.',
    ],
  }),
  documentation: 'https://airtable.com/developers/web/api/webhooks-overview',
  scheme: {
    signature: { header: 'x-airtable-content-mac', prefix: 'hmac-sha256=' },
    encoding: 'hex',
    key: { base64After: '' },
  },
  type: [{ text: 'base.changed' }],
  source: [{ json: '/base/id' }],
  subject: { json: '/webhook/id' },
  time: { json: '/timestamp', unit: 'iso' },
  eventTypes: 'base.changed',
});
