import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

/** A retry repeats the timestamp of the first attempt, so its age says nothing. */
export const sanity = definePreset({
  id: 'sanity',
  name: 'Sanity',
  evidence: ['published-vector', 'official-sdk'],
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
      toleranceSeconds: null,
    },
  },
});
