import { definePreset } from '../presets/define-preset.ts';
import { sendHeader } from '../presets/setup-steps.ts';

export const fillout = definePreset({
  id: 'fillout',
  name: 'Fillout',
  evidence: ['registry'],
  setup: sendHeader({
    where: 'the form in Fillout, under Integrations, Webhook',
    secret: 'Authorization: Bearer, a space and that text',
  }),
  documentation: 'https://www.fillout.com/help/webhook',
  scheme: { token: { authorization: 'bearer' } },
  deliveryId: { json: '/submission/submissionId' },
});
