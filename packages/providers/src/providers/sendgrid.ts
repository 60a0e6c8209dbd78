import { eventTypes } from '../events/event-types.ts';
import { interpretBatch } from '../events/interpret-batch.ts';
import { toTimeMs } from '../events/times.ts';
import { emptyOkWithin } from '../provider/http-answer.ts';
import type { Provider } from '../provider/provider.ts';
import { idAt, textAt, valueAt } from '../request/json/json-access.ts';
import { compilePublicKeyScheme } from '../schemes/public-key.ts';

/**
 * The Event Webhook: ECDSA on P-256 over the timestamp and the raw body, which ends in a line break that counts. A
 * body is a list of events. SendGrid documents no age at which a request is too old; a repeat is recognised by
 * `sg_event_id`.
 */
export const sendgrid: Provider = {
  id: 'sendgrid',
  name: 'SendGrid',
  evidence: [
    {
      kind: 'published-vector',
      source:
        'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/sendgrid/sendgrid-nodejs/tree/HEAD/packages/eventwebhook',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: '/sg_event_id of the item',
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 86_400,
  },
  setup: [
    'In SendGrid, under Settings, Mail Settings, Event Webhooks, create a webhook with the address of this source and choose the events.',
    'Switch Signature Verification on under Security features, copy the verification key, and store it here as the secret.',
  ],
  documentation:
    'https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features',
  ...compilePublicKeyScheme({
    keyType: 'ec',
    hash: 'sha256',
    signature: { header: 'x-twilio-email-event-webhook-signature' },
    encoding: 'base64',
    message: '{timestamp}{body}',
    timestamp: { header: 'x-twilio-email-event-webhook-timestamp', dates: 'unknown', toleranceSeconds: null },
  }),
  interpret: interpretBatch('', (item) => {
    const type = textAt(item, 'event');
    return {
      provider: 'sendgrid',
      type: [type],
      subject: textAt(item, 'email'),
      timeMs: toTimeMs(valueAt(item, 'timestamp')),
      deliveryId: idAt(item, 'sg_event_id'),
      action: type,
      dedupeFields: [type, idAt(item, 'sg_message_id')],
    };
  }),
  answer: emptyOkWithin(3_000),
  environment: { secrets: [] },
  eventTypes: eventTypes(
    'sendgrid',
    `processed dropped delivered deferred bounce open click spamreport unsubscribe group_unsubscribe
    group_resubscribe account_status_change`,
  ),
};
