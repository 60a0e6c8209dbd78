import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const nuvemshop = definePreset({
  id: 'nuvemshop',
  name: 'Nuvemshop',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://tiendanube.github.io/api-documentation/resources/webhook',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    equalBodies: 'events',
    because: 'the body names the object, and is the same at each of its updates',
    retries: true,
  },
  setup: useKey({ where: 'the webhooks API of Nuvemshop', secret: 'the client secret of the app' }),
  documentation: 'https://tiendanube.github.io/api-documentation/resources/webhook',
  scheme: { signature: { header: 'x-linkedstore-hmac-sha256' }, encoding: 'hex' },
  type: [{ json: '/event' }],
  eventTypes: `app/uninstalled app/suspended app/resumed category/created category/updated category/deleted
    order/created order/updated order/paid order/packed order/fulfilled order/cancelled product/created
    product/updated product/deleted`,
  answerWithinMs: 3_000,
});
