import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

export const chargebee = definePreset({
  id: 'chargebee',
  name: 'Chargebee',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://www.chargebee.com/docs/webhook_settings.html',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'account', stable: true, retries: true },
  setup: choosePassword({
    where: 'the Chargebee settings, under Configure, Webhooks',
  }),
  documentation: 'https://www.chargebee.com/docs/2.0/webhook_settings.html',
  scheme: { token: { authorization: 'basic' } },
  type: [{ json: '/event_type' }],
  time: { json: '/occurred_at', unit: 's' },
  eventTypes: `customer_created customer_changed customer_deleted subscription_created subscription_started
    subscription_activated subscription_trial_end_reminder subscription_changed
    subscription_cancellation_scheduled subscription_cancelled subscription_reactivated
    subscription_renewed subscription_paused subscription_resumed subscription_deleted invoice_generated
    invoice_updated invoice_deleted credit_note_created credit_note_updated payment_succeeded
    payment_failed payment_initiated payment_refunded refund_initiated card_added card_updated
    card_expiry_reminder card_expired card_deleted payment_source_added payment_source_updated
    payment_source_deleted transaction_created transaction_updated transaction_deleted`,
});
