import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const nuvemshop = definePreset({
  id: 'nuvemshop',
  name: 'Nuvemshop',
  evidence: ['registry'],
  setup: useKey({ where: 'the webhooks API of Nuvemshop', secret: 'the client secret of the app' }),
  documentation: 'https://tiendanube.github.io/api-documentation/resources/webhook',
  scheme: { signature: { header: 'x-linkedstore-hmac-sha256' }, encoding: 'hex' },
  type: [{ json: '/event' }],
  answerWithinMs: 3_000,
});
