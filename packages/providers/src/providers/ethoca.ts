import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

/** A proxy in front of Hookline terminates mutual TLS, so Hookline can only check Basic authentication. */
export const ethoca = definePreset({
  id: 'ethoca',
  name: 'Ethoca',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://developer.mastercard.com/ethoca-alerts-for-merchants/documentation/api-reference/push-api-ref/',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source:
        'https://developer.mastercard.com/ethoca-alerts-for-merchants/documentation/tutorials-and-guides/push-api-tutorial/',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: 'none',
    because: 'not documented whether a later event has the same alert id',
    retries: 'unknown',
  },
  setup: choosePassword({
    where: 'your agreement with the Ethoca Customer Delivery Team',
    notes: [
      'Ethoca authenticates with mutual TLS. Hookline does not terminate TLS: configure the proxy in front of Hookline to require the certificate of Ethoca.',
      'Agree with Ethoca on Basic authentication as well. Without it Hookline refuses every request.',
      'Report the outcome of an alert through the Outcome API of Ethoca: the answer of Hookline only confirms receipt.',
    ],
  }),
  documentation:
    'https://developer.mastercard.com/ethoca-alerts-for-merchants/documentation/api-reference/push-api-ref/',
  caution:
    'Ethoca documents mutual TLS only, which the proxy in front of Hookline must check. Hookline checks a password, and nothing is signed.',
  scheme: { token: { authorization: 'basic' } },
  type: [{ text: 'alert' }],
  eventTypes: 'alert',
  answer: { body: '{"status":"success"}' },
  answerWithinMs: 30_000,
});
