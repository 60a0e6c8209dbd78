import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const gogs = definePreset({
  id: 'gogs',
  name: 'Gogs',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/gogs/gogs/blob/HEAD/docs/advancing/webhooks.mdx',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { header: 'x-gogs-delivery' },
    names: 'one event at one webhook',
    unique: 'everywhere',
    stable: true,
    retries: false,
  },
  setup: chooseSecret({
    where: 'the repository settings, under Webhooks',
    secret: 'the Secret',
    notes: ['Without a secret the signature is empty, and the requests are refused here.'],
  }),
  documentation: 'https://gogs.io',
  scheme: { signature: { header: 'x-gogs-signature' }, encoding: 'hex', message: '{bodyOrForm:payload}' },
  formPayload: 'payload',
  type: [{ header: 'x-gogs-event' }, { json: '/action' }],
  subject: { json: '/repository/full_name' },
});
