import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const recharge = definePreset({
  id: 'recharge',
  name: 'Recharge',
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
    notes: ['Only signatures in X-Recharge-Webhook-Signature are understood here.'],
  }),
  documentation: 'https://developer.rechargepayments.com',
  scheme: {
    signature: { header: 'x-recharge-webhook-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'x-recharge-webhook-signature',
      separators: ', ',
      prefix: 't=',
      dates: 'unknown',
      toleranceSeconds: 172800,
    },
  },
  answerWithinMs: 5_000,
});
