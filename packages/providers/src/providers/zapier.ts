import { definePreset } from '../presets/define-preset.ts';
import { sendHeader } from '../presets/setup-steps.ts';

export const zapier = definePreset({
  id: 'zapier',
  name: 'Zapier',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://help.zapier.com/hc/en-us/articles/8496326446989',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: sendHeader({
    where: 'the Zap, with the action POST or PUT of Webhooks by Zapier',
    secret: 'Authorization with the value "Bearer", a space and that text',
    notes: ['Choose JSON as the payload type. A member event_type becomes the type of the event.'],
  }),
  documentation: 'https://help.zapier.com/hc/en-us/articles/8496326446989',
  methods: ['POST', 'PUT'],
  mayBeText: true,
  scheme: { token: { authorization: 'bearer' } },
  type: [{ json: '/event_type' }],
});
