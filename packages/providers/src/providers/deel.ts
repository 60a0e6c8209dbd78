import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const deel = definePreset({
  id: 'deel',
  name: 'Deel',
  evidence: ['registry'],
  setup: copySecret({ where: 'the developer center of Deel, under Webhooks', secret: 'the signing key' }),
  documentation: 'https://developer.deel.com/docs/webhooks',
  scheme: { signature: { header: 'x-deel-signature' }, encoding: 'hex', message: 'POST{body}' },
});
