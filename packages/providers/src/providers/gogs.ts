import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const gogs = definePreset({
  id: 'gogs',
  name: 'Gogs',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/gogs/gogs/blob/HEAD/docs/advancing/webhooks.mdx',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/gogs/gogs/blob/HEAD/internal/database/webhook.go',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { header: 'x-gogs-delivery' },
    names: 'the event in one webhook; a manual redelivery keeps it',
    unique: 'everywhere',
    stable: true,
    retries: false,
  },
  setup: chooseSecret({
    where: 'the repository settings, under Webhooks',
    secret: 'the Secret',
    notes: [
      'Use either content type. Without a secret the signature is empty, and Hookline refuses the requests.',
      'Gogs does not retry. Redeliver failed deliveries yourself under Recent Deliveries.',
    ],
  }),
  documentation: 'https://gogs.io/advancing/webhooks',
  scheme: { signature: { header: 'x-gogs-signature' }, encoding: 'hex', message: '{bodyOrForm:payload}' },
  formPayload: 'payload',
  type: [{ header: 'x-gogs-event' }, { json: '/action' }],
  subject: { json: '/repository/full_name' },
  eventTypes: `create delete fork push issues.opened issues.edited issues.closed issues.reopened issues.assigned
    issues.unassigned issues.label_updated issues.label_cleared issues.milestoned issues.demilestoned
    pull_request.opened pull_request.edited pull_request.closed pull_request.reopened
    pull_request.synchronized pull_request.assigned pull_request.unassigned pull_request.label_updated
    pull_request.label_cleared pull_request.milestoned pull_request.demilestoned issue_comment.created
    issue_comment.edited issue_comment.deleted release.published`,
  answerWithinMs: 15_000,
});
