import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** A retry repeats the timestamp of the first attempt, so its age says nothing. */
export const airwallex = definePreset({
  id: 'airwallex',
  name: 'Airwallex',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://www.airwallex.com/docs/developer-tools/webhooks/webhooks-overview',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'everywhere', stable: true, retries: true },
  setup: copySecret({
    where: 'the Airwallex web app, under Developer, Webhooks',
    secret: 'the secret key of the webhook',
  }),
  documentation: 'https://www.airwallex.com/docs/developer-tools__listen-for-webhook-events',
  scheme: {
    signature: { header: 'x-signature' },
    encoding: 'hex',
    message: '{timestamp}{body}',
    timestamp: { header: 'x-timestamp', unit: 'ms', dates: 'unknown', toleranceSeconds: null },
  },
  type: [{ json: '/name' }],
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `payment_intent.created payment_intent.requires_capture payment_intent.succeeded
    payment_intent.cancelled refund.received refund.accepted refund.settled refund.failed`,
});
