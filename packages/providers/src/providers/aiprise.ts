import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** A callback contains the result of a session. It does not name the kind of event. */
export const aiprise = definePreset({
  id: 'aiprise',
  name: 'AiPrise',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.aiprise.com/docs/callbacks-authentication',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: 'the ids identify the session, and a session may have several callbacks',
    retries: 'unknown',
  },
  setup: useKey({
    where: 'the requests to the AiPrise API, as callback_url or events_callback_url',
    secret: 'the private API key of AiPrise, which signs the callbacks,',
  }),
  documentation: 'https://docs.aiprise.com/docs/callbacks-authentication',
  scheme: { signature: { header: 'x-hmac-signature' }, encoding: 'hex' },
  type: [{ text: 'callback' }],
  subject: { json: '/verification_session_id' },
  eventTypes: 'callback',
});
