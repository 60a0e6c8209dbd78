import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const knock = definePreset({
  id: 'knock',
  name: 'Knock',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/knocklabs/docs/blob/HEAD/content/developer-tools/outbound-webhooks/overview.mdx',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source:
        'https://github.com/knocklabs/docs/blob/HEAD/content/developer-tools/outbound-webhooks/event-types.mdx',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: 'none',
    because: 'events have no id, but their time in microseconds makes each body unique',
    retries: true,
  },
  setup: copySecret({
    where: 'the Knock dashboard, under Platform, Webhooks',
    secret: 'the secret key of the webhook',
  }),
  documentation: 'https://docs.knock.app/developer-tools/outbound-webhooks/overview',
  scheme: {
    signature: { header: 'x-knock-signature', separators: ', ', prefix: 's=' },
    encoding: 'base64',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'x-knock-signature',
      separators: ', ',
      prefix: 't=',
      unit: 'ms',
      dates: 'unknown',
      toleranceSeconds: 300,
    },
  },
  type: [{ json: '/type' }],
  source: [{ header: 'x-knock-environment-id' }],
  subject: { json: '/data/id' },
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `message.sent message.delivered message.delivery_attempted message.undelivered message.bounced message.complaint
    message.seen message.unseen message.read message.unread message.archived message.unarchived
    message.interacted message.link_clicked workflow.updated workflow.committed email_layout.updated
    email_layout.committed translation.updated translation.committed source_event_action.updated
    source_event_action.committed partial.updated partial.committed workflow_recipient_run.started
    workflow_recipient_run.completed workflow_recipient_run.error commits.promoted`,
});
