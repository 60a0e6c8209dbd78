import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const buildkite = definePreset({
  id: 'buildkite',
  name: 'Buildkite',
  evidence: [{ kind: 'official-docs', source: 'https://github.com/buildkite/docs', checkedOn: '2026-11-29' }],
  identity: {
    id: { header: 'x-buildkite-request' },
    names: 'the request; whether a retry has the same is not documented',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: chooseSecret({
    where: 'the notification services of Buildkite',
    secret: 'the token',
    notes: [
      'Choose that the token is sent as X-Buildkite-Signature; for the plain token use the provider buildkite-token.',
    ],
  }),
  documentation: 'https://buildkite.com/docs/apis/webhooks',
  scheme: {
    signature: { header: 'x-buildkite-signature', separators: ', ', prefix: 'signature=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'x-buildkite-signature',
      separators: ', ',
      prefix: 'timestamp=',
      dates: 'unknown',
      toleranceSeconds: 300,
    },
  },
  type: [{ header: 'x-buildkite-event' }],
  eventTypes: `ping build.scheduled build.running build.failing build.finished job.scheduled job.started
    job.finished job.activated agent.connected agent.lost agent.disconnected agent.stopping
    agent.stopped`,
});
