import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const buildkiteToken = definePreset({
  id: 'buildkite-token',
  name: 'Buildkite (token)',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/buildkite/docs/tree/35cf0294c/pages/apis/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-buildkite-request' },
    names: 'the request; whether a retry has the same is not documented',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: copySecret({
    where: 'the notification services of Buildkite',
    secret: 'the token',
    notes: [
      'Where Buildkite can sign, choose that and the provider buildkite: a signature is safer than a token.',
    ],
  }),
  documentation: 'https://buildkite.com/docs/apis/webhooks',
  scheme: { token: { header: 'x-buildkite-token' } },
  type: [{ header: 'x-buildkite-event' }],
  eventTypes: `ping build.scheduled build.running build.failing build.finished job.scheduled job.started
    job.finished job.activated agent.connected agent.lost agent.disconnected agent.stopping
    agent.stopped`,
});
