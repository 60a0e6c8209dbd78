import { definePreset } from '../presets/define-preset.ts';
import { sendHeader } from '../presets/setup-steps.ts';

export const fillout = definePreset({
  id: 'fillout',
  name: 'Fillout',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/fillout/docs/blob/HEAD/help/webhook.mdx',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/fillout/docs/blob/HEAD/help/api-reference/create-a-webhook.mdx',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: [{ json: '/submission/submissionId' }, { hash: 'body' }],
    otherwise: [{ json: '/submissionId' }, { hash: 'body' }],
    names: 'the submission; an edited submission keeps the id, so the body is part of the id',
    unique: 'everywhere',
    stable: true,
    retries: 'unknown',
  },
  setup: sendHeader({
    where: 'the form in Fillout, under Integrations, Webhook',
    secret: 'Authorization with the value "Bearer", a space and that text',
    notes: [
      'Find the headers in the advanced view of the integration. Send the default body.',
      'A webhook created through the API of Fillout cannot send a header: Hookline refuses its requests.',
    ],
  }),
  documentation: 'https://www.fillout.com/help/webhook',
  scheme: { token: { authorization: 'bearer' } },
  methods: ['POST', 'PUT'],
  type: [{ text: 'submission' }],
  source: [{ json: '/formId' }],
  subject: [{ json: '/submission/submissionId' }, { json: '/submissionId' }],
  time: [
    { json: '/submission/submissionTime', unit: 'iso' },
    { json: '/submissionTime', unit: 'iso' },
  ],
  eventTypes: 'submission',
});
