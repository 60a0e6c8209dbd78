import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const bitbucket = definePreset({
  id: 'bitbucket',
  name: 'Bitbucket',
  evidence: [
    // Atlassian documents the retries and the deadline; the signature is known from third parties.
    {
      kind: 'secondary',
      source: 'https://support.atlassian.com/bitbucket-cloud/docs/troubleshoot-webhooks/',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'secondary',
      source: 'https://coderabbitai.github.io/bitbucket',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-request-uuid' },
    names: 'the request, the same at each retry',
    unique: 'unknown',
    stable: true,
    retries: true,
  },
  setup: chooseSecret({
    where: 'the repository settings, under Webhooks',
    secret: 'the Secret',
    notes: ['Without a secret Bitbucket does not sign, and Hookline refuses its requests.'],
  }),
  documentation: 'https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/',
  scheme: { signature: { header: 'x-hub-signature', prefix: 'sha256=' }, encoding: 'hex' },
  type: [{ header: 'x-event-key' }],
  // Bitbucket Data Center sends this when a person tests the connection.
  control: [
    { when: { header: 'x-event-key', equals: 'diagnostics:ping' }, kind: 'test', type: 'diagnostics.ping' },
  ],
  subject: { json: '/repository/full_name' },
  eventTypes: `repo:push repo:fork repo:updated repo:commit_comment_created repo:commit_status_created
    repo:commit_status_updated issue:created issue:updated issue:comment_created pullrequest:created
    pullrequest:updated pullrequest:approved pullrequest:unapproved pullrequest:changes_request_created
    pullrequest:changes_request_removed pullrequest:fulfilled pullrequest:rejected
    pullrequest:comment_created pullrequest:comment_updated pullrequest:comment_deleted`,
});
