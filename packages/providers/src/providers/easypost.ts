import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

/**
 * Signatures of version 1, which EasyPost's own libraries verify. EasyPost also sends version 2, whose signed message
 * is not documented officially.
 */
export const easypost = definePreset({
  id: 'easypost',
  name: 'EasyPost',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/EasyPost/easypost-node/blob/HEAD/src/utils/util.js',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event; pending_urls and completed_urls change between attempts',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 86_400,
  },
  setup: chooseSecret({
    where: 'EasyPost, under Account Settings, Webhooks & Events',
    secret: 'the webhook secret',
    notes: ['Without a secret EasyPost does not sign, and Hookline refuses its requests.'],
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
    insurance.purchased insurance.cancelled refund.successful payment.created payment.completed payment.failed
    claim.submitted claim.updated claim.cancelled claim.rejected claim.approved report.new report.empty
    report.available report.failed shipment.invoice.created shipment.invoice.updated`,
  answerWithinMs: 7_000,
});
