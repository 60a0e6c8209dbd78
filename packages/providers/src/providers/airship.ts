import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

/**
 * Open channels: Airship sends messages for custom channels. It calls two addresses below the address of the source,
 * `/validate` and `/push`, and compresses bodies.
 */
export const airship = definePreset({
  id: 'airship',
  name: 'Airship Open Channels',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://support.airship.com/hc/en-us/articles/360032501831-Implementing-a-Signature-Hash-and-Validating-an-Open-Channel-Webhook',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.airship.com/platform/open/getting-started/',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/send_id' },
    names: 'the message to one channel',
    unique: 'everywhere',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: chooseSecret({
    where: 'Airship, under Settings, Channels, Open Channels',
    secret: 'the secret of the authentication "Signature Hash"',
    notes: [
      'Save the channel, copy the Validation Code that Airship shows, and set it here as the option confirmation_code.',
      'Then enable the channel. Airship requests the code immediately, and Hookline answers.',
    ],
  }),
  documentation: 'https://docs.airship.com/platform/open/getting-started/',
  options: {
    confirmation_code: {
      description:
        'The Validation Code of the open channel, a UUID that Airship shows after you save the channel.',
      required: false,
      check: (value) =>
        /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)
          ? undefined
          : 'The value must be a UUID.',
    },
  },
  scheme: {
    signature: { header: 'x-ua-signature' },
    encoding: 'hex',
    message: '{timestamp}:{body}',
    timestamp: { header: 'x-ua-timestamp', dates: 'attempt', toleranceSeconds: 300 },
  },
  handshakes: [
    {
      method: 'GET',
      requires: 'signature',
      reply: { json: { confirmation_code: '{option:confirmation_code}' } },
    },
  ],
  batch: '/values',
  type: [{ text: 'push' }],
  eventTypes: 'push',
});
