import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const deepgram = definePreset({
  id: 'deepgram',
  name: 'Deepgram',
  evidence: ['registry'],
  setup: useKey({
    where: 'the callback parameter of your transcription requests',
    secret: 'the API key identifier that comes in dg-token',
  }),
  documentation: 'https://developers.deepgram.com/docs/callback',
  scheme: { token: { header: 'dg-token' } },
  deliveryId: { json: '/metadata/request_id' },
});
