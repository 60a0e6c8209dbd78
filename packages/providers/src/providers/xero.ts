import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const xero = definePreset({
  id: 'xero',
  name: 'Xero',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/XeroAPI/Xero-OpenAPI/blob/HEAD/xero-webhooks.yaml',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.xero.com/documentation/webhooks/configuring-your-server',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true, retriesForSeconds: 86_400 },
  setup: copySecret({
    where: 'the developer portal of Xero, under Webhooks',
    secret: 'the Webhooks key',
    notes: [
      'Store the key first: Xero tests the address with valid and invalid signatures before it sends events.',
    ],
  }),
  documentation: 'https://developer.xero.com/documentation/guides/webhooks/overview/',
  scheme: { signature: { header: 'x-xero-signature' }, encoding: 'base64' },
  batch: '/events',
  type: [{ json: '/eventCategory' }, { json: '/eventType' }],
  source: [{ json: '/tenantId' }],
  subject: { json: '/resourceId' },
  time: { json: '/eventDateUtc', unit: 'iso' },
  eventTypes: `CONTACT.CREATE CONTACT.UPDATE INVOICE.CREATE INVOICE.UPDATE CREDITNOTE.CREATE CREDITNOTE.UPDATE
    SUBSCRIPTION.CREATE SUBSCRIPTION.UPDATE`,
  answerWithinMs: 5_000,
});
