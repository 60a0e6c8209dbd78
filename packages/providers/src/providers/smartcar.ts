import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** The handshake requests a signature of any challenge. A body is JSON, so it never has the form of a challenge. */
export const smartcar = definePreset({
  id: 'smartcar',
  name: 'Smartcar',
  evidence: [
    { kind: 'official-sdk', source: 'https://github.com/smartcar/node-sdk', checkedOn: '2026-11-29' },
    {
      kind: 'official-docs',
      source: 'https://smartcar.com/docs/webhooks/events/verify',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/eventId' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 175,
  },
  setup: useKey({
    where: 'the Smartcar dashboard, under Webhooks',
    secret: 'the application management token',
    notes: [
      'Store the token first: Smartcar requests a signature when you verify the address, and Hookline answers.',
    ],
  }),
  documentation: 'https://smartcar.com/docs',
  scheme: { signature: { header: 'sc-signature' }, encoding: 'hex' },
  handshakes: [
    {
      method: 'POST',
      when: { json: '/eventType', equals: 'VERIFY' },
      token: { json: '/data/challenge' },
      signs: /^[A-Za-z0-9-]{1,128}$/,
      reply: { json: { challenge: '{hex}' } },
    },
    // Version 2.0 requires it.
    {
      method: 'POST',
      when: { json: '/eventName', equals: 'verify' },
      token: { json: '/payload/challenge' },
      signs: /^[A-Za-z0-9-]{1,128}$/,
      reply: { json: { challenge: '{hex}' } },
    },
  ],
  type: [{ firstOf: [{ json: '/eventType' }, { json: '/eventName' }] }],
  alwaysSends: ['eventType'],
  subject: [{ json: '/data/vehicle/id' }, { json: '/payload/vehicleId' }],
  eventTypes: 'VEHICLE_STATE VEHICLE_ERROR',
  answerWithinMs: 15_000,
});
