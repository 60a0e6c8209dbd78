import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const walmart = definePreset({
  id: 'walmart',
  name: 'Walmart Marketplace',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.walmart.com/us-marketplace/docs/security-and-authenticity',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/source/eventId' },
    names: 'the event',
    unique: 'unknown',
    stable: true,
    retries: true,
  },
  setup: useKey({
    where: 'the notifications API of Walmart',
    secret: 'the client secret that notifications are signed with',
  }),
  documentation: 'https://developer.walmart.com',
  scheme: {
    signature: { header: 'wm_sec.signature' },
    encoding: 'base64',
    message: '{method}\n{path}\n{timestamp}\n{bodySha256}',
    timestamp: { header: 'wm_sec.timestamp', dates: 'unknown', toleranceSeconds: 3_600 },
  },
});
