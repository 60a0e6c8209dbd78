import { definePreset } from '../presets/define-preset.ts';
import { sendHeader } from '../presets/setup-steps.ts';

export const newRelic = definePreset({
  id: 'new-relic',
  name: 'New Relic',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/newrelic/docs-website/blob/HEAD/src/content/docs/alerts/get-notified/notification-integrations.mdx',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: sendHeader({
    where: 'New Relic, under Alerts, Destinations, Webhook',
    secret: 'Authorization with the value "Bearer", a space and that text',
    notes: [
      'Choose Bearer token as the authorization: New Relic sends it in that header.',
      'You define the payload. Send JSON with a member event_type: it becomes the type of the event.',
    ],
  }),
  documentation: 'https://docs.newrelic.com/docs/alerts/get-notified/notification-integrations/',
  mayBeText: true,
  scheme: { token: { authorization: 'bearer' } },
  type: [{ json: '/event_type' }],
});
