import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { standardWebhooksUnder } from '../presets/standard-webhooks-scheme.ts';

export const resend = definePreset({
  id: 'resend',
  name: 'Resend',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/resend/resend-node/blob/HEAD/src/webhooks/webhooks.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://resend.com/docs/webhooks/retries-and-replays.md',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'svix-id' },
    names: 'the message',
    unique: 'account',
    stable: true,
    retries: true,
    retriesForSeconds: 99_305,
  },
  setup: copySecret({
    where: 'the Resend dashboard, under Webhooks',
    secret: 'the Signing Secret (whsec_…)',
  }),
  documentation: 'https://resend.com/docs/dashboard/webhooks/introduction',
  scheme: standardWebhooksUnder('svix', 'attempt'),
  type: [{ json: '/type' }],
  subject: [{ json: '/data/email_id' }, { json: '/data/id' }],
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `email.sent email.scheduled email.delivered email.delivery_delayed email.complained email.bounced
    email.opened email.clicked email.failed email.received email.suppressed contact.created
    contact.updated contact.deleted domain.created domain.updated domain.deleted suppression.added
    suppression.removed`,
  answerWithinMs: 15_000,
});
