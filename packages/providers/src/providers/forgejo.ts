import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const forgejo = definePreset({
  id: 'forgejo',
  name: 'Forgejo',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/massoncheg/forgejo-docs/blob/HEAD/docs/user/webhooks.md',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/saschazepter/forgejo/blob/HEAD/services/webhook/shared/payloader.go',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-forgejo-delivery' },
    names: 'the event in one webhook; a manual replay has a new id',
    unique: 'everywhere',
    stable: true,
    retries: false,
  },
  setup: chooseSecret({
    where: 'the repository settings, under Webhooks',
    secret: 'the Secret',
    notes: [
      'Choose the type Forgejo. Use any HTTP method and content type. Without a secret the signature is empty, and Hookline refuses the requests.',
    ],
  }),
  documentation: 'https://forgejo.org/docs/latest/user/webhooks/',
  scheme: { signature: { header: 'x-forgejo-signature' }, encoding: 'hex', message: '{bodyOrForm:payload}' },
  formPayload: 'payload',
  methods: ['POST', 'GET'],
  type: [
    { firstOf: [{ header: 'x-forgejo-event' }, { header: 'x-forgejo-event-type' }] },
    { json: '/action' },
  ],
  subject: { json: '/repository/full_name' },
  eventTypes: `create delete fork push issues.opened issues.edited issues.closed issues.reopened issues.deleted
    issues.assigned issues.unassigned issues.label_updated issues.label_cleared issues.milestoned
    issues.demilestoned issue_comment.created issue_comment.edited issue_comment.deleted pull_request.opened
    pull_request.edited pull_request.closed pull_request.reopened pull_request.synchronized
    pull_request.assigned pull_request.unassigned pull_request.label_updated pull_request.label_cleared
    pull_request.milestoned pull_request.demilestoned pull_request.review_requested
    pull_request.review_request_removed pull_request_approved.reviewed pull_request_rejected.reviewed
    pull_request_comment.reviewed repository.created repository.deleted release.published release.updated
    release.deleted wiki.created wiki.edited wiki.deleted package.created package.deleted action_run_failure action_run_recover action_run_success`,
  // The default of DELIVER_TIMEOUT, which an administrator may change.
  answerWithinMs: 5_000,
});
