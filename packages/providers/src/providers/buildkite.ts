import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const buildkite = definePreset({
  id: 'buildkite',
  name: 'Buildkite',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/buildkite/docs/blob/main/pages/apis/webhooks/pipelines.md',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/buildkite/docs/blob/main/pages/apis/webhooks/_webhook_signature.md',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-buildkite-request' },
    // Requests have this header, but the documentation does not mention it.
    names: 'the request; not documented whether a retry has the same id',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: chooseSecret({
    where: 'Buildkite, under Settings, Notification Services, Webhook',
    secret: 'the token',
    notes: [
      'Choose to send the token as X-Buildkite-Signature. For the plain token, use the provider buildkite-token.',
    ],
  }),
  documentation: 'https://buildkite.com/docs/apis/webhooks/pipelines',
  scheme: {
    signature: { header: 'x-buildkite-signature', separators: ', ', prefix: 'signature=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'x-buildkite-signature',
      separators: ', ',
      prefix: 'timestamp=',
      dates: 'attempt',
      toleranceSeconds: 300,
    },
  },
  type: [{ header: 'x-buildkite-event' }],
  control: [{ when: { header: 'x-buildkite-event', equals: 'ping' }, kind: 'test', type: 'ping' }],
  source: [{ json: '/pipeline/slug' }],
  subject: [{ json: '/job/id' }, { json: '/build/id' }, { json: '/agent/id' }],
  eventTypes: `build.scheduled build.running build.failing build.finished build.skipped job.scheduled
    job.started job.finished job.activated job.promised_exit_status agent.connected agent.lost
    agent.disconnected agent.stopping agent.stopped agent.blocked cluster_token.registration_blocked`,
});
