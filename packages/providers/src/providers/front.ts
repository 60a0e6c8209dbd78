import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const front = definePreset({
  id: 'front',
  name: 'Front',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://dev.frontapp.com/docs/application-webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: true },
  setup: useKey({
    where: 'the developer settings of Front, as an application webhook',
    secret: 'the signing key of the app',
    notes: ['Front asks once with a signed question, which is answered here: store the key first.'],
  }),
  documentation: 'https://dev.frontapp.com/docs/application-webhooks',
  scheme: {
    signature: { header: 'x-front-signature' },
    encoding: 'base64',
    message: '{timestamp}:{body}',
    timestamp: { header: 'x-front-request-timestamp', unit: 'ms', dates: 'unknown', toleranceSeconds: 300 },
  },
  handshakes: [
    {
      method: 'POST',
      token: { header: 'x-front-challenge' },
      requires: 'signature',
      reply: { text: '{token}' },
    },
  ],
  type: [{ json: '/type' }],
});
