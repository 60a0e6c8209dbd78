import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** Hexadecimal digits in upper case. */
export const oura = definePreset({
  id: 'oura',
  name: 'Oura',
  evidence: [
    { kind: 'secondary', source: 'https://docs.corsair.dev/plugins/oura/webhooks', checkedOn: '2026-11-29' },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: useKey({
    where: 'the webhook subscriptions API of Oura',
    secret: 'the client secret of the app',
    notes: [
      'Store a verify token here too and set it in the subscription: Oura verifies the address with a GET, and Hookline answers.',
      'A subscription is for one data type and one kind of event. It expires at its expiration_time unless you renew it.',
    ],
  }),
  documentation: 'https://cloud.ouraring.com/v2/docs',
  scheme: {
    signature: { header: 'x-oura-signature' },
    encoding: 'hex',
    message: '{timestamp}{body}',
    timestamp: { header: 'x-oura-timestamp', dates: 'unknown', toleranceSeconds: null },
  },
  handshakes: [
    {
      method: 'GET',
      token: { query: 'challenge' },
      requires: { verifyToken: { query: 'verification_token' } },
      reply: { json: { challenge: '{token}' } },
    },
  ],
  type: [{ json: '/data_type' }, { json: '/event_type' }],
  source: [{ json: '/user_id' }],
  subject: { json: '/object_id' },
  time: { json: '/event_time', unit: 'iso' },
  eventTypes: `tag enhanced_tag workout session sleep daily_sleep daily_readiness daily_activity daily_spo2
    sleep_time rest_mode_period ring_configuration daily_stress daily_cardiovascular_age
    daily_resilience vo2_max`,
});
