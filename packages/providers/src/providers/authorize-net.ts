import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const authorizeNet = definePreset({
  id: 'authorize-net',
  name: 'Authorize.Net',
  evidence: [
    {
      kind: 'secondary',
      source:
        'https://community.developer.cybersource.com/t5/Integration-and-Testing/HMAC-SHA-512-hash-not-matching-in-webhook-callback/td-p/57162',
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
    secret: 'the Signature Key (hexadecimal)',
  }),
  documentation: 'https://developer.authorize.net/api/reference/features/webhooks.html',
  scheme: {
    signature: { header: 'x-anet-signature', prefix: 'sha512=' },
    encoding: 'hex',
    hash: 'sha512',
    key: 'hex',
  },
  type: [{ json: '/eventType' }],
});
