import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** A callback says what came of a session. No word in it names the kind of event. */
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
    because: 'the ids are those of the session, of which there may be several callbacks',
    retries: 'unknown',
  },
  setup: useKey({
    where: 'the requests to the AiPrise API, as callback_url or events_callback_url',
    secret: 'the private API key of AiPrise, which callbacks are signed with,',
  }),
  documentation: 'https://docs.aiprise.com/docs/callbacks-authentication',
  scheme: { signature: { header: 'x-hmac-signature' }, encoding: 'hex' },
  type: [{ text: 'callback' }],
  subject: { json: '/verification_session_id' },
  eventTypes: 'callback',
});
