import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const sentry = definePreset({
  id: 'sentry',
  name: 'Sentry',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.sentry.io/integrations/integration-platform/webhooks/',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source:
        'https://github.com/getsentry/sentry/blob/HEAD/src/sentry/sentry_apps/api/serializers/app_platform_event.py',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: 'Request-ID and the timestamp are new at each attempt, and the body stays the same',
    retries: true,
    retriesForSeconds: 900,
  },
  setup: useKey({
    where: 'the settings of your custom integration in Sentry',
    secret: 'the Client Secret of the integration',
  }),
  documentation: 'https://docs.sentry.io/organization/integrations/integration-platform/webhooks/',
  scheme: { signature: { header: 'sentry-hook-signature' }, encoding: 'hex' },
  type: [{ header: 'sentry-hook-resource' }, { json: '/action' }],
  source: [{ json: '/installation/uuid' }],
  subject: [
    { json: '/data/issue/id' },
    { json: '/data/event/issue_id' },
    { json: '/data/error/issue_id' },
    { json: '/data/issue_id' },
    { json: '/data/metric_alert/id' },
  ],
  // The header Sentry-Hook-Timestamp is the time of the attempt and is not signed.
  time: [
    { json: '/data/event/datetime', unit: 'iso' },
    { json: '/data/error/datetime', unit: 'iso' },
    { json: '/data/timestamp', unit: 'iso' },
  ],
  eventTypes: `installation.created installation.deleted event_alert.triggered metric_alert.critical
    metric_alert.warning metric_alert.resolved metric_alert.open activity_alert.triggered issue.created issue.resolved issue.assigned
    issue.archived issue.ignored issue.unresolved error.created comment.created comment.updated comment.deleted`,
  answerWithinMs: 1_000,
});
