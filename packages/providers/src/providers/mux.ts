import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const mux = definePreset({
  id: 'mux',
  name: 'Mux',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/muxinc/mux-node-sdk/blob/89eff086/src/resources/webhooks/webhooks.ts',
      checkedOn: '2026-11-30',
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
  source: [{ json: '/environment/id' }],
  subject: { json: '/object/id' },
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `robots.job.ask_questions.cancelled robots.job.ask_questions.completed
    robots.job.ask_questions.errored robots.job.ask_questions.pending
    robots.job.ask_questions.processing robots.job.find_key_moments.cancelled
    robots.job.find_key_moments.completed robots.job.find_key_moments.errored
    robots.job.find_key_moments.pending robots.job.find_key_moments.processing
    robots.job.generate_chapters.cancelled robots.job.generate_chapters.completed
    robots.job.generate_chapters.errored robots.job.generate_chapters.pending
    robots.job.generate_chapters.processing robots.job.moderate.cancelled
    robots.job.moderate.completed robots.job.moderate.errored robots.job.moderate.pending
    robots.job.moderate.processing robots.job.summarize.cancelled robots.job.summarize.completed
    robots.job.summarize.errored robots.job.summarize.pending robots.job.summarize.processing
    robots.job.translate_captions.cancelled robots.job.translate_captions.completed
    robots.job.translate_captions.errored robots.job.translate_captions.pending
    robots.job.translate_captions.processing video.asset.created video.asset.deleted
    video.asset.errored video.asset.live_stream_completed video.asset.master.deleted
    video.asset.master.errored video.asset.master.preparing video.asset.master.ready
    video.asset.non_standard_input_detected video.asset.ready video.asset.static_rendition.created
    video.asset.static_rendition.deleted video.asset.static_rendition.errored
    video.asset.static_rendition.ready video.asset.static_rendition.skipped
    video.asset.static_renditions.deleted video.asset.static_renditions.errored
    video.asset.static_renditions.preparing video.asset.static_renditions.ready
    video.asset.track.created video.asset.track.deleted video.asset.track.errored
    video.asset.track.ready video.asset.updated video.asset.warning video.delivery.high_traffic
    video.live_stream.active video.live_stream.connected video.live_stream.created
    video.live_stream.deleted video.live_stream.disabled video.live_stream.disconnected
    video.live_stream.enabled video.live_stream.idle video.live_stream.recording
    video.live_stream.simulcast_target.broadcasting video.live_stream.simulcast_target.created
    video.live_stream.simulcast_target.deleted video.live_stream.simulcast_target.errored
    video.live_stream.simulcast_target.idle video.live_stream.simulcast_target.starting
    video.live_stream.simulcast_target.updated video.live_stream.updated video.live_stream.warning
    video.upload.asset_created video.upload.cancelled video.upload.created video.upload.errored
    video.asset.shots.created video.asset.shots.ready video.asset.shots.skipped
    video.asset.shots.errored video.asset.shots.deleted robots.directive_run.completed
    robots.directive_run.created robots.directive_run.errored robots.directive_run.partial
    robots.job.edit_captions.cancelled robots.job.edit_captions.completed
    robots.job.edit_captions.errored robots.job.edit_captions.pending
    robots.job.edit_captions.processing robots.job.find_best_thumbnails.cancelled
    robots.job.find_best_thumbnails.completed robots.job.find_best_thumbnails.errored
    robots.job.find_best_thumbnails.pending robots.job.find_best_thumbnails.processing
    robots.job.find_scenes.cancelled robots.job.find_scenes.completed robots.job.find_scenes.errored
    robots.job.find_scenes.pending robots.job.find_scenes.processing
    robots.job.generate_engagement_insights.cancelled
    robots.job.generate_engagement_insights.completed
    robots.job.generate_engagement_insights.errored robots.job.generate_engagement_insights.pending
    robots.job.generate_engagement_insights.processing
    robots.job.generate_premium_captions.cancelled robots.job.generate_premium_captions.completed
    robots.job.generate_premium_captions.errored robots.job.generate_premium_captions.pending
    robots.job.generate_premium_captions.processing robots.job.translate_audio.cancelled
    robots.job.translate_audio.completed robots.job.translate_audio.errored
    robots.job.translate_audio.pending robots.job.translate_audio.processing`,
});
