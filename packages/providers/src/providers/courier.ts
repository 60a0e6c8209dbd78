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
    because: '/data/id names the message, of which there are several events',
    retries: 'unknown',
  },
  setup: copySecret({
    where: 'the Courier settings, under Outbound Webhooks',
    secret: 'the signing secret',
    notes: ['Courier signs only for a webhook that has a secret: without one its requests are refused here.'],
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
