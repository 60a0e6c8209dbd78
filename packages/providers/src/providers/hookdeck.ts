import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const hookdeck = definePreset({
  id: 'hookdeck',
  name: 'Hookdeck',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/hookdeck/webhook-skills/blob/HEAD/skills/hookdeck-event-gateway-webhooks/references/verification.md',
      checkedOn: '2026-11-30',
    },
    { kind: 'official-docs', source: 'https://hookdeck.com/docs/destinations', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { header: 'x-hookdeck-eventid' },
    names: 'one request on one connection',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: copySecret({
    where: 'the project in Hookdeck, as a destination',
    secret: 'the signing secret of the project',
    notes: [
      'Hookdeck signs every request to its sources. Configure its sources to authenticate their senders: X-Hookdeck-Verified says whether a sender was authenticated.',
    ],
  }),
  documentation: 'https://hookdeck.com/docs/destinations',
  mayBeText: true,
  // Hookdeck keeps the method of the original request. GET is not accepted, because its query is not signed.
  methods: ['POST', 'PUT', 'PATCH'],
  scheme: {
    signature: { header: 'x-hookdeck-signature', moreHeaders: ['x-hookdeck-signature-2'] },
    encoding: 'base64',
  },
  type: [{ text: 'request' }],
  source: [{ header: 'x-hookdeck-source-name' }],
  eventTypes: 'request',
});
