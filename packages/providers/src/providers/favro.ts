import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const favro = definePreset({
  id: 'favro',
  name: 'Favro',
  evidence: [
    { kind: 'secondary', source: 'https://favro.com/developer/#webhook-signatures', checkedOn: '2026-11-29' },
  ],
  identity: {
    id: { json: '/payloadId' },
    names: 'the payload',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: chooseSecret({ where: 'the collection in Favro, under Webhooks', secret: 'the secret' }),
  documentation: 'https://favro.com/developer/',
  caution: 'Favro signs the id of the payload and the address, not the rest of the body.',
  scheme: {
    signature: { header: 'x-favro-webhook' },
    encoding: 'base64',
    hash: 'sha1',
    message: '{json:/payloadId}{url}',
    bodyNotCovered: true,
  },
  type: [{ json: '/action' }],
});
