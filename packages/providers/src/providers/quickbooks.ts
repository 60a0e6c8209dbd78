import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

const ENTITIES = `account bill billpayment budget class creditmemo currency customer department deposit employee
  estimate invoice item journalcode journalentry payment paymentmethod preferences purchase
  purchaseorder refundreceipt salesreceipt taxagency term timeactivity transfer vendor vendorcredit`;

/** Since 2026 an array of CloudEvents; before 2026, lists of changed entities in a list of companies. */
export const quickbooks = definePreset({
  id: 'quickbooks',
  aliases: ['intuit'],
  name: 'QuickBooks Online',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks/configure-webhooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://blogs.intuit.com/2025/11/12/upcoming-change-to-webhooks-payload-structure/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: [{ around: '/eventNotifications/*/realmId' }, { hash: 'body' }],
    names: 'the change of an entity, with its time; for CloudEvents, source and id',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the developer portal of Intuit, under Webhooks',
    secret: 'the Verifier token',
    notes: ['An event only names the changed object: fetch it from the API of QuickBooks.'],
  }),
  documentation: 'https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks',
  scheme: { signature: { header: 'intuit-signature' }, encoding: 'base64' },
  cloudEvents: { source: 'intuitaccountid', subject: 'intuitentityid' },
  batch: '/eventNotifications/*/dataChangeEvent/entities',
  type: [{ json: '/name' }, { json: '/operation' }],
  source: [{ around: '/eventNotifications/*/realmId' }],
  subject: { json: '/id' },
  time: { json: '/lastUpdated', unit: 'iso' },
  eventTypes: ENTITIES.split(/\s+/)
    .flatMap((entity) =>
      ['created', 'updated', 'deleted'].map((operation) => `qbo.${entity}.${operation}.v1`),
    )
    .join(' '),
  answerWithinMs: 3_000,
});
