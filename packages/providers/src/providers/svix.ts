import { defineProvider } from '../presets/define-provider.ts';
import { copySecret } from '../presets/setup-steps.ts';
import { compileStandardWebhooks } from '../schemes/standard-webhooks.ts';

/** Standard Webhooks with `svix-*` headers, or with `webhook-*` headers for unbranded senders; `v1` or `v1a`. */
export const svix = defineProvider(
  {
    id: 'svix',
    name: 'Svix',
    evidence: [
      {
        kind: 'published-vector',
        source: 'https://github.com/svix/svix-webhooks/blob/HEAD/server/svix-server/src/worker.rs',
        checkedOn: '2026-11-29',
      },
      {
        kind: 'official-sdk',
        source: 'https://github.com/svix/svix-webhooks/blob/HEAD/javascript/src/webhook.ts',
        checkedOn: '2026-11-30',
      },
      {
        kind: 'official-docs',
        source: 'https://docs.svix.com/receiving/verifying-payloads/how-manual',
        checkedOn: '2026-11-29',
      },
      { kind: 'official-docs', source: 'https://docs.svix.com/retries', checkedOn: '2026-11-29' },
    ],
    identity: {
      id: { firstOf: [{ header: 'svix-id' }, { header: 'webhook-id' }] },
      names: 'the message',
      unique: 'everywhere',
      stable: true,
      retries: true,
      retriesForSeconds: 99_305,
    },
    setup: copySecret({
      where: 'the application portal of the sender, under Endpoints',
      secret: 'the Signing Secret (whsec_…), or the public key (whpk_…),',
    }),
    documentation: 'https://docs.svix.com/receiving/verifying-payloads/how',
    mayBeText: true,
    type: [{ firstOf: [{ json: '/type' }, { json: '/eventType' }] }],
    answerWithinMs: 15_000,
  },
  compileStandardWebhooks('svix', 'webhook'),
);
