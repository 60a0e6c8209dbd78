import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const deepgram = definePreset({
  id: 'deepgram',
  name: 'Deepgram',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/deepgram/deepgram-docs/blob/main/fern/docs/callback.mdx',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://github.com/deepgram/deepgram-docs/blob/main/fern/docs/tts-callback.mdx',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: [{ json: '/metadata/request_id' }, { hash: 'body' }],
    names: 'the request; a stream has several callbacks per request, so the body is part of the id',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 300,
  },
  setup: useKey({
    where: 'the callback parameter of your transcription requests',
    secret: 'the API Key Identifier of the key that your requests use (Deepgram sends it in dg-token),',
    notes: [
      'Callbacks of text to speech contain audio instead of JSON: Hookline refuses them.',
      'Deepgram sends callbacks only to the ports 80, 443, 8080 and 8443.',
    ],
  }),
  documentation: 'https://developers.deepgram.com/docs/callback',
  caution:
    'Nothing is signed. The secret is the identifier of an API key, not the key: anyone who can see it in your account can send any event.',
  methods: ['POST', 'PUT'],
  scheme: { token: { header: 'dg-token' } },
  // A message of a stream has a type; the result of a file has none.
  type: [{ json: '/type', otherwise: 'transcription' }],
  subject: { json: '/metadata/request_id' },
  eventTypes: 'transcription Results Metadata SpeechStarted UtteranceEnd',
});
