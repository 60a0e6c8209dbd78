import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const ringcentral = definePreset({
  id: 'ringcentral',
  name: 'RingCentral',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/ringcentral/ringcentral-api-docs/blob/HEAD/docs/notifications/webhooks/receiving.md',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source:
        'https://github.com/ringcentral/ringcentral-api-docs/blob/HEAD/docs/notifications/webhooks/creating-webhooks.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/uuid' },
    names: 'the event',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: chooseSecret({
    where: 'the subscriptions API of RingCentral',
    secret: 'verificationToken of the delivery mode',
    notes: ['RingCentral sends a Validation-Token immediately, and Hookline returns it.'],
  }),
  documentation: 'https://developers.ringcentral.com/guide/notifications/webhooks/creating-webhooks',
  scheme: { token: { header: 'verification-token' } },
  handshakes: [
    {
      method: 'POST',
      emptyBody: true,
      token: { header: 'validation-token' },
      reply: { header: 'validation-token', value: '{token}' },
    },
  ],
  type: [{ wordsOf: { json: '/event' } }],
  source: [{ json: '/ownerId' }],
  subject: { json: '/subscriptionId' },
  time: { json: '/timestamp', unit: 'iso' },
  answerWithinMs: 3_000,
});
