import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const asana = definePreset({
  id: 'asana',
  name: 'Asana',
  evidence: ['official-docs', 'registry'],
  setup: useKey({
    where: 'the webhooks API of Asana',
    secret: 'the secret that Asana sends in X-Hook-Secret when the webhook is made',
    notes: [
      'Hookline learns no secret from a stranger, so it does not answer that first request: make the webhook with a receiver of your own that does and that passes requests on to this source.',
      'A request may hold several events: it becomes one event here, with all of them.',
    ],
  }),
  documentation: 'https://developers.asana.com/docs/webhooks-guide',
  scheme: { signature: { header: 'x-hook-signature' }, encoding: 'hex' },
  type: [{ json: '/events/0/resource/resource_type' }, { json: '/events/0/action' }],
});
