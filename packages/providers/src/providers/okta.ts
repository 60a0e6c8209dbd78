import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const okta = definePreset({
  id: 'okta',
  name: 'Okta Event Hooks',
  evidence: ['official-docs', 'registry'],
  setup: chooseSecret({
    where: 'the Okta admin console, under Workflow, Event Hooks',
    secret: 'the Authentication secret (its field is Authorization)',
    notes: ['Choose Verify there: Okta asks with a GET that carries the secret, which is answered here.'],
  }),
  documentation: 'https://developer.okta.com/docs/concepts/event-hooks/',
  scheme: { token: { header: 'authorization' } },
  handshakes: [
    {
      method: 'GET',
      token: { header: 'x-okta-verification-challenge' },
      requires: 'signature',
      reply: { json: { verification: '{token}' } },
    },
  ],
  type: [{ json: '/data/events/0/eventType' }],
  deliveryId: { json: '/eventId' },
  answerWithinMs: 3_000,
});
