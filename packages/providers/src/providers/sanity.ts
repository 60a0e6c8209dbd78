import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

/** A retry repeats the timestamp of the first attempt, so its age says nothing. */
export const sanity = definePreset({
  id: 'sanity',
  name: 'Sanity',
  evidence: [
    { kind: 'published-vector', source: 'https://www.sanity.io/docs/webhooks', checkedOn: '2026-11-29' },
    { kind: 'official-sdk', source: 'https://www.sanity.io/docs/webhooks', checkedOn: '2026-11-29' },
    {
      kind: 'official-docs',
      source: 'https://github.com/sanity-io/webhook-toolkit',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'idempotency-key' },
    names: 'one delivery at one webhook',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: chooseSecret({
    where: 'the project in Sanity, under API, GROQ-powered webhooks',
    secret: 'the Secret',
  }),
  documentation: 'https://www.sanity.io/docs/webhooks',
  scheme: {
    signature: { header: 'sanity-webhook-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'base64url',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'sanity-webhook-signature',
      separators: ', ',
      prefix: 't=',
      unit: 'ms',
      dates: 'unknown',
      toleranceSeconds: null,
    },
  },
});
