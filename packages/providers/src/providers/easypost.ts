import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const easypost = definePreset({
  id: 'easypost',
  name: 'EasyPost',
  evidence: [
    { kind: 'official-sdk', source: 'https://github.com/EasyPost/easypost-node', checkedOn: '2026-11-29' },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'everywhere', stable: true, retries: true },
  setup: chooseSecret({
    where: 'EasyPost, under Account Settings, Webhooks & Events',
    secret: 'the webhook secret',
    notes: ['Without a secret EasyPost does not sign, and its requests are refused here.'],
  }),
  documentation: 'https://docs.easypost.com/guides/webhooks-guide',
  scheme: {
    signature: { header: 'x-hmac-signature', prefix: 'hmac-sha256-hex=' },
    encoding: 'hex',
    key: 'nfkd',
  },
  type: [{ json: '/description' }],
  subject: { json: '/result/id' },
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `tracker.created tracker.updated batch.created batch.updated scan_form.created scan_form.updated
    insurance.purchased insurance.cancelled refund.successful payment.created payment.completed payment.failed`,
  answerWithinMs: 7_000,
});
