import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const brex = definePreset({
  id: 'brex',
  name: 'Brex',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.brex.com/openapi/webhooks_api/webhook-subscriptions',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'secondary',
      source: 'https://developer.brex.com/docs/webhooks/',
      checkedOn: '2026-11-29',
    },
  ],
  // The encoding of the key comes from secondary sources: two of them decode base64, a third uses the text. Both are
  // tried.
  identity: {
    id: { header: 'webhook-id' },
    names: 'the message',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: useKey({
    where: 'the webhooks API of Brex',
    secret: 'the webhook secret, which GET /v1/webhooks/secrets returns,',
    notes: [
      'After a rotation that call returns two secrets for some time. Store both here, the new secret first.',
    ],
  }),
  documentation: 'https://developer.brex.com/docs/webhooks',
  scheme: { ...standardWebhooksUnder('webhook'), key: [{ base64After: 'whsec_' }, 'utf8'] },
  type: [{ json: '/event_type' }],
  source: [{ json: '/company_id' }],
  eventTypes: `TRANSFER_PROCESSED TRANSFER_FAILED EXPENSE_PAYMENT_UPDATED REFERRAL_CREATED
    REFERRAL_ACTIVATED REFERRAL_APPLICATION_STATUS_CHANGED USER_UPDATED`,
});
