import { definePreset } from '../presets/define-preset.ts';
import { choosePassword } from '../presets/setup-steps.ts';

/** Mutual TLS ends before Hookline, so that only what an agreement adds to it can be checked here: Basic authentication. */
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
    because: 'no source says that the id of an alert is never sent again with news',
    retries: 'unknown',
  },
  setup: choosePassword({
    where: 'your agreement with the Ethoca Customer Delivery Team',
    notes: [
      'Ethoca authenticates by mutual TLS, which Hookline does not end: have the proxy before it demand the certificate of Ethoca.',
      'Basic authentication has to be agreed as well. Without it every request is refused here.',
      'Report the outcome of an alert through the Outcome API of Ethoca: a gateway can only say that it arrived.',
    ],
  }),
  documentation:
    'https://developer.mastercard.com/ethoca-alerts-for-merchants/documentation/api-reference/push-api-ref/',
  caution:
    'Ethoca documents mutual TLS alone, which a proxy before Hookline has to check. What is checked here is a password, and nothing is signed.',
  scheme: { token: { authorization: 'basic' } },
  type: [{ text: 'alert' }],
  eventTypes: 'alert',
  answer: { body: '{"status":"success"}' },
  answerWithinMs: 30_000,
});
