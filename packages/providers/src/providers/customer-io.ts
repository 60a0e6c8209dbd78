import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/**
 * A failed request delays all later requests for up to seven days. It is not documented whether a retry has a new
 * timestamp, so the window covers seven days. The id of the event protects against replays.
 */
export const customerIo = definePreset({
  id: 'customer-io',
  name: 'Customer.io',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.customer.io/api/webhooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.customer.io/integrations/data-out/connections/webhooks/',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/event_id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 604_800,
  },
  setup: copySecret({
    where: 'Customer.io, under Integrations, Reporting Webhooks',
    secret: 'the signing key',
  }),
  documentation: 'https://docs.customer.io/integrations/data-out/connections/webhooks/',
  scheme: {
    signature: { header: 'x-cio-signature' },
    encoding: 'hex',
    message: 'v0:{timestamp}:{body}',
    timestamp: { header: 'x-cio-timestamp', dates: 'unknown', toleranceSeconds: 691_200 },
  },
  type: [{ json: '/object_type' }, { json: '/metric' }],
  subject: [{ json: '/data/delivery_id' }, { json: '/data/identifiers/id' }, { json: '/data/customer_id' }],
  time: { json: '/timestamp', unit: 's' },
  eventTypes: `customer.subscribed customer.unsubscribed customer.cio_subscription_preferences_changed email.attempted
    email.bounced email.clicked email.converted email.deferred email.delivered email.drafted email.dropped
    email.failed email.opened email.sent email.spammed email.unsubscribed push.attempted push.bounced
    push.clicked push.converted push.delivered push.drafted push.dropped push.failed push.opened push.sent
    in_app.attempted in_app.clicked in_app.converted in_app.drafted in_app.failed in_app.opened in_app.sent
    sms.attempted sms.bounced sms.clicked sms.converted sms.delivered sms.drafted sms.failed sms.sent
    slack.attempted slack.clicked slack.converted slack.drafted slack.failed slack.sent webhook.attempted
    webhook.clicked webhook.converted webhook.drafted webhook.failed webhook.sent`,
  answerWithinMs: 4_000,
});
