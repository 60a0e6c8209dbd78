import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const cloudflare = definePreset({
  id: 'cloudflare',
  name: 'Cloudflare Notifications',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/cloudflare/cloudflare-docs/blob/production/src/content/docs/notifications/reference/webhook-payload-schema.mdx',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source:
        'https://github.com/cloudflare/cloudflare-docs/blob/production/src/content/docs/notifications/get-started/configure-webhooks.mdx',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: 'alert_correlation_id identifies the alert, and an alert has several events',
    retries: 'unknown',
  },
  setup: chooseSecret({
    where: 'the Cloudflare dashboard, under Notifications, Destinations, Webhooks',
    secret: 'the Secret',
    notes: [
      'Cloudflare sends a test message when you save the webhook. It becomes the first event of this source.',
    ],
  }),
  documentation: 'https://developers.cloudflare.com/notifications/get-started/configure-webhooks/',
  scheme: { token: { header: 'cf-webhook-auth' } },
  type: [
    { json: '/alert_type', otherwise: 'notification' },
    {
      json: '/alert_event',
      named: { ALERT_STATE_EVENT_START: 'start', ALERT_STATE_EVENT_END: 'end' },
    },
  ],
  control: [
    {
      when: {
        json: '/text',
        equals:
          'Hello World! This is a test message sent from https://cloudflare.com. If you can see this, your webhook is configured properly.',
      },
      kind: 'test',
    },
  ],
  source: [{ json: '/account_id' }],
  subject: { json: '/alert_correlation_id' },
  time: { json: '/ts', unit: 's' },
  eventTypes: `advanced_ddos_attack_l4_alert advanced_ddos_attack_l7_alert dedicated_ssl_certificate_event_type
    health_check_status_notification workers_alert access_custom_certificate_expiration_type
    workers_observability_alert http_alert_origin_error notification`,
});
