import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** usepylon.com, for customer support. The provider of getpylon.com is `pylon-solar`. */
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
  identity: { id: 'none', because: 'the body comes from a template', retries: 'unknown' },
  setup: copySecret({
    where: 'Pylon, under Settings, Integrations & dev, Webhooks',
    secret: 'the webhook secret, which is shown only once,',
    notes: [
      'Then create a trigger with the action Send webhook. You define its payload. Send JSON with a member event_type: it becomes the type of the event.',
    ],
  }),
  documentation: 'https://docs.usepylon.com/pylon-docs/developer/webhooks',
  methods: ['POST', 'PUT', 'PATCH', 'DELETE'],
  scheme: { signature: { header: 'x-pylon-signature' }, encoding: 'hex' },
  type: [{ json: '/event_type' }],
});
