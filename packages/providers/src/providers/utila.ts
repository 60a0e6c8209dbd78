import { definePreset } from '../presets/define-preset.ts';

/** RSA-4096 with PSS over the body. There is no timestamp; a repeat is recognised by the id of the event. */
export const utila = definePreset({
  id: 'utila',
  name: 'Utila',
  evidence: [
    { kind: 'official-docs', source: 'https://docs.utila.io/reference/webhooks', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: [
    'In the Utila console, under Vault Settings, Webhooks, add a webhook with the address of this source.',
    'Copy the public key that Utila shows, in PEM, and store it here as the secret of this source.',
  ],
  documentation: 'https://docs.utila.io/reference/webhooks',
  scheme: {
    keyType: 'rsa',
    hash: 'sha512',
    padding: 'pss',
    signature: { header: 'x-utila-signature' },
    encoding: 'base64',
  },
  type: [{ json: '/type' }],
  source: [{ json: '/vault' }],
  subject: { json: '/resource' },
  eventTypes: `TRANSACTION_CREATED TRANSACTION_STATE_UPDATED WALLET_CREATED WALLET_ADDRESS_CREATED
    TRANSACTION_AML_SCREENING_RESULT_READY`,
});
