import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const walmart = definePreset({
  id: 'walmart',
  name: 'Walmart Marketplace (performance notifications)',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.walmart.com/us-marketplace/docs/security-and-authenticity',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/source/eventId' },
    names: 'the event',
    unique: 'unknown',
    stable: true,
    retries: true,
    retriesForSeconds: 3_900,
  },
  setup: useKey({
    where: 'the notifications API of Walmart',
    secret: 'the secret that signs the notifications',
    notes: [
      'Walmart does not sign other notifications like this: use the provider basic or bearer for them.',
    ],
  }),
  documentation: 'https://developer.walmart.com',
  scheme: {
    signature: { header: 'wm_sec.signature' },
    encoding: 'base64',
    message: '{method}\n{pathWithQuery}\n{timestamp}\n{bodySha256}',
    // The time of the event; retries come after 5, 15 and 45 minutes. The id protects against replays.
    timestamp: { header: 'wm_sec.timestamp', dates: 'event', toleranceSeconds: 4_500 },
  },
  type: [{ firstOf: [{ json: '/source/eventType' }, { json: '/payload/notificationType' }] }],
  time: { json: '/source/eventTime', unit: 'iso' },
  answerWithinMs: 3_000,
});
