import { definePreset } from '../presets/define-preset.ts';

export const clio = definePreset({
  id: 'clio',
  name: 'Clio',
  evidence: [
    {
      kind: 'secondary',
      source: 'https://docs.developers.clio.com/guides/clio-manage/webhooks/',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: [
    'The first request of Clio brings the secret, unsigned, in X-Hook-Secret. Hookline does not answer it: nobody should be able to set a secret by sending one.',
    'So make the webhook through the webhooks API of Clio with a receiver of your own, which gives X-Hook-Secret back and passes all later requests on to the address of this source, headers and body unchanged.',
    'As the secret of this source, store the X-Hook-Secret that the receiver got.',
    'Webhooks of Clio end after some days unless they are renewed through its API.',
  ],
  documentation: 'https://docs.developers.clio.com',
  scheme: { signature: { header: 'x-hook-signature' }, encoding: 'hex' },
  type: [{ json: '/meta/event' }],
});
