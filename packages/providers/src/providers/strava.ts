import { definePreset } from '../presets/define-preset.ts';
import { storeReturned } from '../presets/setup-steps.ts';

export const strava = definePreset({
  id: 'strava',
  name: 'Strava',
  evidence: [
    { kind: 'official-docs', source: 'https://developers.strava.com/docs/webhooks', checkedOn: '2026-11-30' },
  ],
  identity: { id: 'none', retries: true },
  setup: storeReturned({
    where: 'the push subscriptions API of Strava',
    secret: 'the id of the push subscription that the API returns',
    notes: [
      'Store a verify token here too and set it in the subscription: Strava verifies the address with a GET, and Hookline answers.',
    ],
  }),
  documentation: 'https://developers.strava.com/docs/webhooks/',
  caution:
    'Strava signs nothing, and the id of a subscription is a short number. Allow only the addresses of Strava if possible.',
  scheme: { token: { json: '/subscription_id' } },
  handshakes: [
    {
      method: 'GET',
      when: { query: 'hub.mode', equals: 'subscribe' },
      token: { query: 'hub.challenge' },
      requires: { verifyToken: { query: 'hub.verify_token' } },
      reply: { json: { 'hub.challenge': '{token}' } },
    },
  ],
  type: [{ json: '/object_type' }, { json: '/aspect_type' }],
  control: [
    {
      when: { json: '/updates/authorized', equals: 'false' },
      kind: 'revoked',
      type: 'athlete.deauthorized',
    },
  ],
  source: [{ json: '/owner_id' }],
  subject: { json: '/object_id' },
  time: { json: '/event_time', unit: 's' },
  eventTypes: 'activity.create activity.update activity.delete athlete.update',
  answerWithinMs: 2_000,
});
