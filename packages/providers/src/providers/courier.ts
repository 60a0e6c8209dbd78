import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const courier = definePreset({
  id: 'courier',
  name: 'Courier',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/trycourier/docs/blob/master/docs/guides/getting-started/outbound-webhooks.mdx',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://www.courier.com/docs/platform/workspaces/outbound-webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: '/data/id identifies the message, and a message has several events',
    retries: 'unknown',
  },
  setup: copySecret({
    where: 'the Courier settings, under Outbound Webhooks',
    secret: 'the signing secret',
    notes: ['Without a secret Courier does not sign, and Hookline refuses its requests.'],
  }),
  documentation: 'https://www.courier.com/docs/platform/workspaces/outbound-webhooks',
  scheme: {
    signature: { header: 'courier-signature', separators: ', ', prefix: 'signature=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'courier-signature',
      separators: ', ',
      prefix: 't=',
      unit: 'ms',
      dates: 'unknown',
      toleranceSeconds: 300,
    },
  },
  type: [{ json: '/type' }],
  subject: { json: '/data/id' },
  eventTypes: `message:updated notification:submitted notification:submission_canceled notification:published
    audiences:updated audiences:user:matched audiences:user:unmatched audiences:calculated`,
});
