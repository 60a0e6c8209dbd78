import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const calCom = definePreset({
  id: 'cal-com',
  name: 'Cal.com',
  evidence: ['registry'],
  setup: chooseSecret({ where: 'the Cal.com settings, under Developer, Webhooks', secret: 'the Secret' }),
  documentation: 'https://cal.com/docs/developing/guides/automation/webhooks',
  scheme: { signature: { header: 'x-cal-signature-256' }, encoding: 'hex' },
  type: [{ json: '/triggerEvent' }],
});
