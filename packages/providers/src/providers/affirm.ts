import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const affirm = definePreset({
  id: 'affirm',
  name: 'Affirm',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.affirm.com/developers/docs/checking-webhook-signatures',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: 'checkout_token names the checkout, of which there are several events',
    retries: 'unknown',
  },
  setup: useKey({ where: 'the webhook settings of Affirm', secret: 'the signing key' }),
  documentation: 'https://docs.affirm.com',
  scheme: {
    signature: { header: 'x-affirm-signature', separators: ', ', prefix: 'v0=' },
    encoding: 'hex',
    hash: 'sha512',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'x-affirm-signature',
      separators: ', ',
      prefix: 't=',
      dates: 'unknown',
      toleranceSeconds: 300,
    },
  },
});
