import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const tiktok = definePreset({
  id: 'tiktok',
  name: 'TikTok for Developers',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.tiktok.com/doc/webhooks-overview/',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.tiktok.com/doc/webhooks-verification',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true, retriesForSeconds: 259_200 },
  setup: useKey({
    where: 'the developer portal of TikTok, under Webhooks',
    secret: 'the client secret of the app',
  }),
  documentation: 'https://developers.tiktok.com/doc/webhooks-overview',
  scheme: {
    signature: { header: 'tiktok-signature', separators: ', ', prefix: 's=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'tiktok-signature',
      separators: ', ',
      prefix: 't=',
      dates: 'unknown',
      toleranceSeconds: 300,
    },
  },
  type: [{ json: '/event' }],
  source: [{ json: '/client_key' }],
  subject: { json: '/user_openid' },
  time: { json: '/create_time', unit: 's' },
  control: [
    {
      when: { json: '/event', equals: 'authorization.removed' },
      kind: 'revoked',
      type: 'authorization.removed',
    },
  ],
  eventTypes: `authorization.removed video.upload.failed video.publish.completed portability.download.ready`,
});
