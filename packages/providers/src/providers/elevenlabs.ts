import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const elevenlabs = definePreset({
  id: 'elevenlabs',
  name: 'ElevenLabs',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/elevenlabs/elevenlabs-js/blob/HEAD/src/wrapper/webhooks.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://elevenlabs.io/docs/eleven-api/resources/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: [{ json: '/type' }, { json: '/event_timestamp' }, { json: '/data/conversation_id' }],
    otherwise: [{ json: '/type' }, { json: '/event_timestamp' }, { json: '/data/voice_id' }],
    names: 'the event of a conversation or a voice, with its time in seconds',
    unique: 'account',
    stable: true,
    retries: true,
    retriesForSeconds: 2_430,
  },
  setup: copySecret({
    where: 'the ElevenLabs settings, under Webhooks',
    secret: 'the HMAC secret, which ElevenLabs shows only once,',
  }),
  documentation: 'https://elevenlabs.io/docs/eleven-api/resources/webhooks',
  scheme: {
    signature: { header: 'elevenlabs-signature', separators: ', ', prefix: 'v0=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'elevenlabs-signature',
      separators: ', ',
      prefix: 't=',
      dates: 'unknown',
      // The SDK allows 1,800 s. The last retry comes after 2,430 s, and may repeat the first time.
      toleranceSeconds: 3_600,
    },
  },
  type: [{ json: '/type' }],
  subject: [{ json: '/data/conversation_id' }, { json: '/data/voice_id' }],
  time: { json: '/event_timestamp', unit: 's' },
  eventTypes: `post_call_transcription post_call_audio call_initiation_failure voice_removal_notice
    voice_removal_notice_withdrawn voice_removed`,
});
