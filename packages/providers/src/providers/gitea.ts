import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const gitea = definePreset({
  id: 'gitea',
  name: 'Gitea',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/go-gitea/gitea/blob/HEAD/services/webhook/deliver.go',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-gitea-delivery' },
    names: 'one event at one webhook; a manual replay has a new one',
    unique: 'everywhere',
    stable: true,
    retries: false,
  },
  setup: chooseSecret({
    where: 'the repository settings, under Webhooks',
    secret: 'the Secret',
    notes: [
      'Choose the type Gitea. Without a secret the signature is empty, and the requests are refused here.',
    ],
  }),
  documentation: 'https://docs.gitea.com/usage/webhooks',
  scheme: { signature: { header: 'x-gitea-signature' }, encoding: 'hex', message: '{bodyOrForm:payload}' },
  formPayload: 'payload',
  methods: ['POST', 'GET'],
  type: [{ header: 'x-gitea-event' }, { json: '/action' }],
  subject: { json: '/repository/full_name' },
  eventTypes: `create delete fork push issues.opened issues.edited issues.closed issues.reopened
    issue_comment.created issue_comment.edited issue_comment.deleted pull_request.opened
    pull_request.edited pull_request.closed pull_request.reopened pull_request.synchronized
    repository.created repository.deleted release.published release.updated release.deleted`,
});
