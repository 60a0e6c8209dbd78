import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const pagerduty = definePreset({
  id: 'pagerduty',
  name: 'PagerDuty',
  evidence: [
    { kind: 'official-docs', source: 'https://github.com/PagerDuty/developer-docs', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { json: '/event/id' },
    names: 'the event, at all subscriptions',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'PagerDuty, under Integrations, Generic Webhooks (v3)',
    secret: 'the secret, which is shown once,',
  }),
  documentation: 'https://developer.pagerduty.com/docs/webhooks-overview',
  scheme: {
    signature: { header: 'x-pagerduty-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
  },
  type: [{ json: '/event/event_type' }],
  time: { json: '/event/occurred_at', unit: 'iso' },
  eventTypes: `incident.triggered incident.acknowledged incident.unacknowledged incident.annotated
    incident.delegated incident.escalated incident.priority_updated incident.reassigned
    incident.reopened incident.resolved incident.responder.added incident.responder.replied
    incident.status_update_published incident.workflow.started incident.workflow.completed
    service.created service.updated service.deleted pagey.ping`,
});
