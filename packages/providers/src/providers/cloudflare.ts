import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const cloudflare = definePreset({
  id: 'cloudflare',
  name: 'Cloudflare Notifications',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/cloudflare/cloudflare-docs',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: 'alert_correlation_id names the alert, of which there are several events',
    retries: 'unknown',
  },
  setup: chooseSecret({
    where: 'the Cloudflare dashboard, under Notifications, Destinations, Webhooks',
    secret: 'the Secret',
    notes: [
      'Cloudflare sends a test message when the webhook is saved: it is the first event that arrives here.',
    ],
  }),
  documentation: 'https://developers.cloudflare.com/notifications/get-started/configure-webhooks/',
  scheme: { token: { header: 'cf-webhook-auth' } },
  type: [{ json: '/alert_type' }],
});
