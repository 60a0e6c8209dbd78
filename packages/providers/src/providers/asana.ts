import { definePreset } from '../presets/define-preset.ts';

export const asana = definePreset({
  id: 'asana',
  name: 'Asana',
  evidence: ['official-docs', 'registry'],
  setup: [
    'The first request of Asana brings the secret, unsigned, in X-Hook-Secret. Hookline does not answer it: nobody should be able to set a secret by sending one.',
    'So make the webhook through the webhooks API of Asana with a receiver of your own, which gives X-Hook-Secret back and passes all later requests on to the address of this source, headers and body unchanged.',
    'As the secret of this source, store the X-Hook-Secret that the receiver got.',
    'A request may hold several events: it becomes one event here, with all of them.',
  ],
  documentation: 'https://developers.asana.com/docs/webhooks-guide',
  scheme: { signature: { header: 'x-hook-signature' }, encoding: 'hex' },
  type: [{ json: '/events/0/resource/resource_type' }, { json: '/events/0/action' }],
});
