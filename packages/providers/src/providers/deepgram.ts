import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const deepgram = definePreset({
  id: 'deepgram',
  name: 'Deepgram',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/deepgram/deepgram-docs/blob/HEAD/fern/docs/callback.mdx',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: [{ json: '/metadata/request_id' }, { hash: 'body' }],
    names: 'the request, of which a stream has several callbacks, so the body is a part of it',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: useKey({
    where: 'the callback parameter of your transcription requests',
    secret: 'the API key identifier that comes in dg-token',
  }),
  documentation: 'https://developers.deepgram.com/docs/callback',
  scheme: { token: { header: 'dg-token' } },
});
