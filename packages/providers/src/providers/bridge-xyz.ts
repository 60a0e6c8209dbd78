import { definePreset } from '../presets/define-preset.ts';

/** The signature covers the SHA-256 of the message instead of the message, so the message is hashed twice. */
export const bridgeXyz = definePreset({
  id: 'bridge-xyz',
  name: 'Bridge (bridge.xyz)',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://apidocs.bridge.xyz/docs/setting-up-webhooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://apidocs.bridge.xyz/v1/docs/event-structure',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://apidocs.bridge.xyz/platform/additional-information/webhooks/signature',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/event_id' },
    names: 'the event',
    unique: 'unknown',
    stable: 'unknown',
    retries: true,
    retriesForSeconds: 172_800,
  },
  setup: [
    'Through the webhooks API of Bridge, create a webhook with the address of this source and the categories of events to send.',
    'The response contains the public key of this webhook (public_key, in PEM). Store it here as the secret of this source.',
    'Set the status of the webhook to active: a new webhook is inactive.',
  ],
  documentation: 'https://apidocs.bridge.xyz/platform/additional-information/webhooks/signature',
  scheme: {
    keyType: 'rsa',
    hash: 'sha256',
    signsDigest: true,
    signature: { header: 'x-webhook-signature', separators: ',', prefix: 'v0=' },
    encoding: 'base64',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'x-webhook-signature',
      separators: ',',
      prefix: 't=',
      unit: 'ms',
      dates: 'attempt',
      toleranceSeconds: 600,
    },
  },
  type: [{ json: '/event_type' }],
  subject: { json: '/event_object_id' },
  time: { json: '/event_created_at', unit: 'iso' },
  eventTypes: `customer.created customer.updated customer.updated.status_transitioned kyc_link.created
    kyc_link.updated kyc_link.updated.status_transitioned liquidation_address.drain.created
    liquidation_address.drain.updated liquidation_address.drain.updated.status_transitioned
    static_memo.activity.created static_memo.activity.updated transfer.created transfer.updated
    transfer.updated.status_transitioned virtual_account.activity.created
    virtual_account.activity.updated`,
});
