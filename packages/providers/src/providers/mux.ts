import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const mux = definePreset({
  id: 'mux',
  name: 'Mux',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/muxinc/mux-node-sdk/blob/89eff086/src/resources/webhooks/webhooks.ts',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: 'unknown',
  },
  setup: copySecret({ where: 'the Mux dashboard, under Settings, Webhooks', secret: 'the signing secret' }),
  documentation: 'https://www.mux.com/docs/core/listen-for-webhooks',
  scheme: {
    signature: { header: 'mux-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'mux-signature',
      separators: ', ',
      prefix: 't=',
      dates: 'unknown',
      toleranceSeconds: 300,
    },
  },
  type: [{ json: '/type' }],
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `video.asset.created video.asset.ready video.asset.errored video.asset.updated video.asset.deleted
    video.upload.created video.upload.asset_created video.upload.cancelled video.upload.errored
    video.live_stream.created video.live_stream.connected video.live_stream.recording
    video.live_stream.active video.live_stream.disconnected video.live_stream.idle
    video.live_stream.updated video.live_stream.enabled video.live_stream.disabled
    video.live_stream.deleted`,
});
