import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const sentry = definePreset({
  id: 'sentry',
  name: 'Sentry',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.sentry.io/integrations/integration-platform/webhooks/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'request-id' },
    names: 'one try of one message: a retry is written anew',
    unique: 'everywhere',
    stable: false,
    retries: true,
  },
  setup: useKey({
    where: 'the settings of your custom integration in Sentry',
    secret: 'the Client Secret of the integration',
  }),
  documentation: 'https://docs.sentry.io/organization/integrations/integration-platform/webhooks/',
  scheme: { signature: { header: 'sentry-hook-signature' }, encoding: 'hex' },
  type: [{ header: 'sentry-hook-resource' }, { json: '/action' }],
  time: { header: 'sentry-hook-timestamp', unit: 's' },
  eventTypes: `installation.created installation.deleted event_alert.triggered metric_alert.critical
    metric_alert.warning metric_alert.resolved issue.created issue.resolved issue.assigned
    issue.archived issue.unresolved error.created comment.created comment.updated comment.deleted`,
  answerWithinMs: 1_000,
});
