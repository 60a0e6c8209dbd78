import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** A plain digest of secret and body, for accounts that have no other signature yet. */
export const rechargeLegacy = definePreset({
  id: 'recharge-legacy',
  name: 'Recharge (X-Recharge-Hmac-Sha256)',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.getrecharge.com/docs/webhooks-overview',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: useKey({
    where: 'the webhooks API of Recharge',
    secret: 'the API client secret',
    notes: [
      'Use the provider recharge if the requests hold X-Recharge-Webhook-Signature: it has a timestamp, and is no plain hash.',
    ],
  }),
  documentation: 'https://developer.rechargepayments.com',
  scheme: {
    signature: { header: 'x-recharge-hmac-sha256' },
    encoding: 'hex',
    keyed: 'digest',
    message: '{secret}{body}',
  },
  answerWithinMs: 5_000,
});
