import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const bunnyStream = definePreset({
  id: 'bunny-stream',
  name: 'Bunny Stream',
  evidence: [
    { kind: 'official-docs', source: 'https://docs.bunny.net/stream/webhooks', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: 'none',
    because: 'the body names the video and its status, and comes once for each resolution',
    retries: 'unknown',
  },
  setup: useKey({
    where: 'the settings of the video library, under API',
    secret: 'the read-only API key of the library',
  }),
  documentation: 'https://docs.bunny.net/docs/stream-webhook',
  scheme: { signature: { header: 'x-bunnystream-signature' }, encoding: 'hex' },
  type: [{ json: '/Status' }],
});
