import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** Of usepylon.com, the platform for customer support. Pylon of getpylon.com is `pylon-solar`. */
export const pylon = definePreset({
  id: 'pylon',
  name: 'Pylon (usepylon.com, customer support)',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://kb.help.usepylon.com/articles/6080966819-how-do-i-verify-the-webhook-signatures',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.usepylon.com/pylon-docs/developer/webhooks.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: 'none', because: 'what is sent is the text of a template', retries: 'unknown' },
  setup: copySecret({
    where: 'Pylon, under Settings, Integrations & dev, Webhooks',
    secret: 'the webhook secret, which is shown once,',
    notes: [
      'Then make a trigger with the action Send webhook. Its payload is yours to define: JSON with a member event_type gives events their types.',
    ],
  }),
  documentation: 'https://docs.usepylon.com/pylon-docs/developer/webhooks',
  methods: ['POST', 'PUT', 'PATCH', 'DELETE'],
  scheme: { signature: { header: 'x-pylon-signature' }, encoding: 'hex' },
  type: [{ json: '/event_type' }],
});
