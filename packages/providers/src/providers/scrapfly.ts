import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** Hexadecimal digits in upper case. */
export const scrapfly = definePreset({
  id: 'scrapfly',
  name: 'Scrapfly',
  evidence: ['registry'],
  setup: copySecret({ where: 'the Scrapfly dashboard, under Webhooks', secret: 'the signing secret' }),
  documentation: 'https://scrapfly.io/docs/scrape-api/webhook',
  scheme: { signature: { header: 'x-scrapfly-webhook-signature' }, encoding: 'hex' },
  type: [{ header: 'x-scrapfly-webhook-resource-type' }],
  deliveryId: { header: 'x-scrapfly-webhook-job-id' },
});
