import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** The question asks for a signature of any challenge. A payload is base64 of XML, far longer than a challenge. */
export const braintree = definePreset({
  id: 'braintree',
  name: 'Braintree',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://developer.paypal.com/braintree/docs/guides/webhooks/overview',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://developer.paypal.com/braintree/docs/guides/webhooks/parse',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { form: 'bt_payload' },
    names: 'the notification, whose payload holds its time',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: useKey({
    where: 'the Braintree control panel, under Settings, API, Webhooks',
    secret: 'the private key of the account',
    notes: [
      'Set the option public_key to the public key that belongs to it. Braintree asks for a signature when the address is entered, which is answered here: store both first.',
      'The event is the form as it came: bt_payload is XML in base64.',
    ],
  }),
  documentation: 'https://developer.paypal.com/braintree/docs/guides/webhooks/overview',
  caution: 'Braintree signs the field bt_payload, in which the whole event is, not the rest of the form.',
  options: {
    public_key: {
      description: 'The public key that belongs to the private key, from the API keys of Braintree.',
      required: true,
    },
  },
  scheme: {
    signature: { form: 'bt_signature', separators: '&', prefix: '{option:public_key}|' },
    encoding: 'hex',
    hash: 'sha1',
    key: 'sha1',
    message: ['{form:bt_payload}', '{form:bt_payload}\n'],
    bodyNotCovered: true,
  },
  handshakes: [
    {
      method: 'GET',
      token: { query: 'bt_challenge' },
      signs: /^[a-f0-9]{20,32}$/,
      reply: { text: '{option:public_key}|{hex}' },
    },
  ],
});
