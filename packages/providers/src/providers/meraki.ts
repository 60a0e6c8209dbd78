import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const meraki = definePreset({
  id: 'meraki',
  name: 'Cisco Meraki',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.cisco.com/meraki/webhooks/introduction',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'alertId is the same in all of its samples', retries: 'unknown' },
  setup: chooseSecret({
    where: 'the Meraki dashboard, under Network-wide, Alerts, Webhooks',
    secret: 'the Shared secret',
  }),
  documentation: 'https://developer.cisco.com/meraki/webhooks/',
  scheme: { token: { json: '/sharedSecret' } },
  type: [{ json: '/alertTypeId' }],
  subject: { json: '/networkId' },
});
