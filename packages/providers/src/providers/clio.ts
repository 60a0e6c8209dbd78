import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const clio = definePreset({
  id: 'clio',
  name: 'Clio',
  evidence: ['registry'],
  setup: useKey({
    where: 'the webhooks API of Clio',
    secret: 'the secret that Clio sends in X-Hook-Secret when the webhook is made',
    notes: [
      'Hookline learns no secret from a stranger, so it does not answer that first request: make the webhook with a receiver of your own that does and that passes requests on to this source.',
      'Webhooks of Clio end after some days unless they are renewed through its API.',
    ],
  }),
  documentation: 'https://docs.developers.clio.com',
  scheme: { signature: { header: 'x-hook-signature' }, encoding: 'hex' },
  type: [{ json: '/meta/event' }],
});
