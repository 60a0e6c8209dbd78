import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** The key of the HMAC is the text of the Signature Key, not the bytes that its hexadecimal digits encode. */
export const authorizeNet = definePreset({
  id: 'authorize-net',
  name: 'Authorize.Net',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.authorize.net/api/reference/features/webhooks.html',
      checkedOn: '2026-11-29',
    },
    // Signatures of real requests, which the tests reproduce: the encoding of the key is not documented.
    {
      kind: 'secondary',
      source:
        'https://community.developer.cybersource.com/t5/Integration-and-Testing/HMAC-SHA-512-hash-not-matching-in-webhook-callback/td-p/57162',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'secondary',
      source: 'https://github.com/stymiee/authnetjson/blob/master/tests/AuthnetWebhookTest.php',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/notificationId' },
    names: 'the notification',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: useKey({
    where: 'the merchant interface, under Account, Webhooks',
    secret:
      'the Signature Key (128 hexadecimal digits, under Account, Settings, API Credentials and Keys), unchanged,',
  }),
  documentation: 'https://developer.authorize.net/api/reference/features/webhooks.html',
  scheme: {
    signature: { header: 'x-anet-signature', prefix: 'sha512=' },
    encoding: 'hex',
    hash: 'sha512',
  },
  type: [{ json: '/eventType' }],
  source: [{ json: '/webhookId' }],
  subject: { json: '/payload/id' },
  time: { json: '/eventDate', unit: 'iso' },
  eventTypes: `net.authorize.customer.created net.authorize.customer.updated net.authorize.customer.deleted
    net.authorize.customer.paymentProfile.created net.authorize.customer.paymentProfile.updated
    net.authorize.customer.paymentProfile.deleted net.authorize.customer.subscription.created
    net.authorize.customer.subscription.updated net.authorize.customer.subscription.suspended
    net.authorize.customer.subscription.terminated net.authorize.customer.subscription.cancelled
    net.authorize.customer.subscription.expiring net.authorize.payment.authorization.created
    net.authorize.payment.authcapture.created net.authorize.payment.capture.created
    net.authorize.payment.refund.created net.authorize.payment.priorAuthCapture.created
    net.authorize.payment.void.created net.authorize.payment.fraud.held net.authorize.payment.fraud.approved
    net.authorize.payment.fraud.declined`,
});
