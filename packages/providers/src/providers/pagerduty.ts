import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

const DROPS =
  'drops the event without a retry, and disables the subscription for a day after three such answers';

export const pagerduty = definePreset({
  id: 'pagerduty',
  name: 'PagerDuty',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/PagerDuty/developer-docs/blob/HEAD/docs/webhooks/02-Behavior.md',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/PagerDuty/developer-docs/blob/HEAD/docs/webhooks/01-Overview.md',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/PagerDuty/developer-docs/blob/HEAD/docs/webhooks/04-Signatures.md',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/event/id' },
    names: 'the event, the same in all subscriptions',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 172_800,
  },
  setup: copySecret({
    where: 'PagerDuty, under Integrations, Generic Webhooks (v3)',
    secret: 'the secret, which is shown only once,',
  }),
  documentation: 'https://developer.pagerduty.com/docs/webhooks-overview',
  scheme: {
    signature: { header: 'x-pagerduty-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
  },
  type: [{ json: '/event/event_type' }],
  subject: { json: '/event/data/id' },
  time: { json: '/event/occurred_at', unit: 'iso' },
  eventTypes: `incident.triggered incident.acknowledged incident.unacknowledged incident.annotated
    incident.conference_bridge.updated incident.custom_field_values.updated incident.delegated
    incident.escalated incident.incident_type.changed incident.priority_updated
    incident.reassigned incident.reopened incident.resolved incident.responder.added
    incident.responder.replied incident.role.assigned incident.service_updated
    incident.status_update_published incident.task.created incident.task.updated
    incident.task.completed incident.action_invocation.created incident.action_invocation.updated
    incident.action_invocation.terminated incident.workflow.started incident.workflow.completed
    service.created service.updated service.deleted service.custom_field_values.updated pagey.ping`,
  control: [{ when: { json: '/event/event_type', equals: 'pagey.ping' }, kind: 'test', type: 'pagey.ping' }],
  harmfulStatuses: { effects: { 400: DROPS, 401: DROPS, 403: DROPS, 404: DROPS }, instead: 503 },
  answerWithinMs: 5_000,
});
