import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** Several events share the id of a call, so it is not a delivery id. */
export const retell = definePreset({
  id: 'retell',
  name: 'Retell AI',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/RetellAI/retell-typescript-sdk/blob/HEAD/src/lib/webhook_auth.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.retellai.com/features/secure-webhook',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'call_id identifies the call', retries: true },
  setup: useKey({
    where: 'the Retell dashboard, under Webhooks',
    secret: 'the API key with the webhook badge',
  }),
  documentation: 'https://docs.retellai.com/features/webhook-overview',
  scheme: {
    signature: { header: 'x-retell-signature', separators: ', ', prefix: 'd=' },
    encoding: 'hex',
    message: '{body}{timestamp}',
    timestamp: {
      header: 'x-retell-signature',
      separators: ', ',
      prefix: 'v=',
      unit: 'ms',
      dates: 'unknown',
      toleranceSeconds: 300,
    },
  },
  type: [{ json: '/event' }],
  source: [{ firstOf: [{ json: '/call/agent_id' }, { json: '/chat/agent_id' }] }],
  subject: [{ json: '/call/call_id' }, { json: '/chat/chat_id' }],
  eventTypes: `call_started call_ended call_analyzed transcript_updated transfer_started transfer_bridged
    transfer_cancelled transfer_ended chat_started chat_ended chat_analyzed`,
});
