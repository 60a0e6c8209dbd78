import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const onfleet = definePreset({
  id: 'onfleet',
  name: 'Onfleet',
  evidence: [
    { kind: 'official-docs', source: 'https://docs.onfleet.com/reference/secrets', checkedOn: '2026-11-29' },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: copySecret({
    where: 'the Onfleet dashboard, under Webhooks',
    secret: 'the webhook secret (hexadecimal)',
    notes: ['Onfleet asks with a GET at once, which is answered here.'],
  }),
  documentation: 'https://docs.onfleet.com/reference/webhooks',
  scheme: { signature: { header: 'x-onfleet-signature' }, encoding: 'hex', hash: 'sha512', key: 'hex' },
  handshakes: [{ method: 'GET', token: { query: 'check' }, reply: { text: '{token}' } }],
  type: [{ json: '/triggerId' }],
});
