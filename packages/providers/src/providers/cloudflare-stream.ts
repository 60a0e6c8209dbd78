import { definePreset } from '../presets/define-preset.ts';
import { storeReturned } from '../presets/setup-steps.ts';

export const cloudflareStream = definePreset({
  id: 'cloudflare-stream',
  name: 'Cloudflare Stream',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/cloudflare/cloudflare-docs/blob/production/src/content/docs/stream/manage-video-library/using-webhooks.mdx',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', because: 'uid identifies the video', retries: 'unknown' },
  setup: storeReturned({
    where: 'the Stream API of Cloudflare, with a PUT to /stream/webhook',
    secret: 'the secret that this call returns',
    notes: [
      'Events of live inputs arrive as Cloudflare Notifications: use the provider cloudflare for them.',
    ],
  }),
  documentation: 'https://developers.cloudflare.com/stream/manage-video-library/using-webhooks/',
  scheme: {
    signature: { header: 'webhook-signature', separators: ', ', prefix: 'sig1=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'webhook-signature',
      separators: ', ',
      prefix: 'time=',
      dates: 'attempt',
      toleranceSeconds: 300,
    },
  },
  type: [{ json: '/status/state' }],
  subject: { json: '/uid' },
  time: { json: '/modified', unit: 'iso' },
  eventTypes: 'ready error',
});
