import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const gitea = definePreset({
  id: 'gitea',
  name: 'Gitea',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/go-gitea/gitea/blob/HEAD/services/webhook/deliver.go',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/go-gitea/gitea/blob/HEAD/modules/webhook/type.go',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-gitea-delivery' },
    names: 'the event in one webhook; a manual replay has a new id',
    unique: 'everywhere',
    stable: true,
    retries: false,
  },
  setup: chooseSecret({
    where: 'the repository settings, under Webhooks',
    secret: 'the Secret',
    notes: [
      'Choose the type Gitea. Use any HTTP method and content type. Without a secret the signature is empty, and Hookline refuses the requests.',
    ],
  }),
  documentation: 'https://docs.gitea.com/usage/webhooks',
  scheme: { signature: { header: 'x-gitea-signature' }, encoding: 'hex', message: '{bodyOrForm:payload}' },
  formPayload: 'payload',
  methods: ['POST', 'GET'],
  // Older servers leave the first empty for packages, states and schedules.
  type: [{ firstOf: [{ header: 'x-gitea-event' }, { header: 'x-gitea-event-type' }] }, { json: '/action' }],
  subject: { json: '/repository/full_name' },
  eventTypes: `create delete fork push issues.opened issues.edited issues.closed issues.reopened issues.deleted
    issues.assigned issues.unassigned issues.label_updated issues.label_cleared issues.milestoned
    issues.demilestoned issue_comment.created issue_comment.edited issue_comment.deleted pull_request.opened
    pull_request.edited pull_request.closed pull_request.reopened pull_request.synchronized
    pull_request.assigned pull_request.unassigned pull_request.label_updated pull_request.label_cleared
    pull_request.milestoned pull_request.demilestoned pull_request.review_requested
    pull_request.review_request_removed pull_request_approved.reviewed pull_request_rejected.reviewed
    pull_request_comment.reviewed repository.created repository.deleted release.published release.updated
    release.deleted wiki.created wiki.edited wiki.deleted package.created package.deleted status schedule workflow_run workflow_job`,
  // The default of DELIVER_TIMEOUT, which an administrator may change.
  answerWithinMs: 5_000,
});
