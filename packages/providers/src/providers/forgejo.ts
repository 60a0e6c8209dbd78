import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const forgejo = definePreset({
  id: 'forgejo',
  name: 'Forgejo',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/saschazepter/forgejo/blob/HEAD/services/webhook/shared/payloader.go',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-forgejo-delivery' },
    names: 'one event at one webhook; a manual replay has a new one',
    unique: 'everywhere',
    stable: true,
    retries: false,
  },
  setup: chooseSecret({
    where: 'the repository settings, under Webhooks',
    secret: 'the Secret',
    notes: [
      'Choose the type Forgejo. Without a secret the signature is empty, and the requests are refused here.',
    ],
  }),
  documentation: 'https://forgejo.org/docs/latest/user/webhooks/',
  scheme: { signature: { header: 'x-forgejo-signature' }, encoding: 'hex', message: '{bodyOrForm:payload}' },
  formPayload: 'payload',
  methods: ['POST', 'GET'],
  type: [{ header: 'x-forgejo-event' }, { json: '/action' }],
  subject: { json: '/repository/full_name' },
  eventTypes: `create delete fork push issues.opened issues.edited issues.closed issues.reopened
    issue_comment.created issue_comment.edited issue_comment.deleted pull_request.opened
    pull_request.edited pull_request.closed pull_request.reopened pull_request.synchronized
    repository.created repository.deleted release.published release.updated release.deleted`,
});
