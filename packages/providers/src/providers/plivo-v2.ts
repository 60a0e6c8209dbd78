import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** The nonce is a header. */
export const plivoV2 = definePreset({
  id: 'plivo-v2',
  aliases: ['plivo'],
  name: 'Plivo (V2 signatures)',
  evidence: [
    { kind: 'published-vector', source: 'https://www.plivo.com/docs/', checkedOn: '2026-11-29' },
    { kind: 'official-sdk', source: 'https://github.com/plivo/plivo-node', checkedOn: '2026-11-29' },
  ],
  identity: { id: 'none', because: 'MessageUUID names the message', retries: true },
  setup: useKey({
    where: 'the Plivo console, as the URL of an application or a message',
    secret: 'the auth token of the account',
  }),
  documentation: 'https://www.plivo.com/docs/',
  caution: 'Plivo signs the address and a nonce, not the body.',
  scheme: {
    signature: { header: 'x-plivo-signature-v2' },
    encoding: 'base64',
    message: '{url}{header:x-plivo-signature-v2-nonce}',
    bodyNotCovered: true,
  },
});
