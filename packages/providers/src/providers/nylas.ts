import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const nylas = definePreset({
  id: 'nylas',
  name: 'Nylas',
  evidence: ['registry'],
  setup: copySecret({
    where: 'the Nylas dashboard, under Notifications',
    secret: 'the webhook secret',
    notes: ['Nylas asks with a GET at once, which is answered here. Leave compressed delivery off.'],
  }),
  documentation: 'https://developer.nylas.com/docs/v3/notifications/',
  scheme: { signature: { header: 'x-nylas-signature' }, encoding: 'hex' },
  handshakes: [{ method: 'GET', token: { query: 'challenge' }, reply: { text: '{token}' } }],
  type: [{ json: '/type' }],
  deliveryId: { json: '/id' },
});
