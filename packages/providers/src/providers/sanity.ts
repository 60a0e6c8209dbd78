import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

/** It is not documented whether a retry has a new timestamp, so the age of a timestamp is not checked. */
export const sanity = definePreset({
  id: 'sanity',
  name: 'Sanity',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://github.com/sanity-io/webhook-toolkit/blob/HEAD/test/signature.test.ts',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/sanity-io/webhook-toolkit/blob/HEAD/src/signature.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://www.sanity.io/docs/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'idempotency-key' },
    names: 'one delivery at one webhook',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 60,
  },
  setup: chooseSecret({
    where: 'the project in Sanity, under API, GROQ-powered webhooks',
    secret: 'the Secret',
    notes: [
      'Sanity makes at most three attempts within a minute, and none after a refusal: check that the secret is right.',
    ],
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
  methods: ['POST', 'PUT', 'PATCH', 'DELETE'],
  type: [{ header: 'sanity-operation' }],
  source: [{ header: 'sanity-project-id' }, { header: 'sanity-dataset' }],
  subject: { header: 'sanity-document-id' },
  time: { header: 'sanity-transaction-time', unit: 'iso' },
  eventTypes: 'create update delete',
  answerWithinMs: 30_000,
});
