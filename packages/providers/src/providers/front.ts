import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const front = definePreset({
  id: 'front',
  name: 'Front',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://dev.frontapp.com/docs/application-webhooks',
      checkedOn: '2026-11-30',
    },
    { kind: 'official-docs', source: 'https://dev.frontapp.com/docs/security-1', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { json: '/payload/id' },
    names: 'the event in Front',
    unique: 'account',
    stable: 'unknown',
    retries: true,
  },
  setup: useKey({
    where: 'the developer settings of Front, as an application webhook',
    secret: 'the signing key of the app',
    notes: [
      'Store the key before you save: Front sends a signed challenge each time you save, and Hookline answers.',
      'Front signs webhooks of rules differently: Hookline refuses them.',
    ],
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
  source: [{ json: '/authorization/id' }],
  subject: { json: '/payload/conversation/id' },
  time: { json: '/payload/emitted_at', unit: 's' },
  answerWithinMs: 10_000,
});
