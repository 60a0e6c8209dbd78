import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const fastspring = definePreset({
  id: 'fastspring',
  name: 'FastSpring',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.fastspring.com/docs/message-security',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.fastspring.com/reference/processed-and-unprocessed-webhook-events',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.fastspring.com/docs/webhooks-overview',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event; a manual retry has a new id',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 7 * 86_400,
  },
  setup: chooseSecret({
    where: 'FastSpring, under Developer Tools, Webhooks',
    secret: 'the HMAC SHA256 Secret',
    notes: ['Without a secret FastSpring does not sign, and Hookline refuses its requests.'],
  }),
  documentation: 'https://developer.fastspring.com/reference/webhooks-overview',
  scheme: { signature: { header: 'x-fs-signature' }, encoding: 'base64' },
  batch: '/events',
  type: [{ json: '/type' }],
  time: { json: '/created', unit: 'ms' },
  eventTypes: `order.completed order.canceled order.failed return.created account.created subscription.activated
    subscription.deactivated subscription.canceled subscription.uncanceled subscription.updated
    subscription.charge.completed subscription.charge.failed subscription.trial.reminder
    subscription.payment.reminder subscription.payment.overdue mailingListEntry.updated
    mailingListEntry.removed`,
});
