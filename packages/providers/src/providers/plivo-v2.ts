import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/** The nonce is a header. */
export const plivoV2 = definePreset({
  id: 'plivo-v2',
  aliases: ['plivo'],
  name: 'Plivo (V2 signatures)',
  evidence: [
    {
      kind: 'published-vector',
      source: 'https://github.com/plivo/plivo-node/blob/HEAD/test/utils.js',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-sdk',
      source: 'https://github.com/plivo/plivo-node/blob/HEAD/lib/utils/security.js',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.plivo.com/docs/messaging/concepts/signature-validation',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    because: 'MessageUUID identifies the message',
    retries: true,
    retriesForSeconds: 420,
  },
  setup: useKey({
    where: 'the Plivo console, as the URL of an application or a message',
    secret: 'the auth token of the account, or of the main account,',
  }),
  documentation: 'https://docs.plivo.com/docs/messaging/concepts/signature-validation',
  caution: 'Plivo signs the address without its query, and a nonce. It does not sign the body.',
  scheme: {
    signature: { header: 'x-plivo-signature-v2', moreHeaders: ['x-plivo-signature-ma-v2'] },
    encoding: 'base64',
    message: '{urlWithoutQuery}{header:x-plivo-signature-v2-nonce}',
    bodyNotCovered: true,
  },
  methods: ['POST', 'GET'],
  type: [{ firstOf: [{ form: 'Status' }, { form: 'Type' }] }],
  subject: { form: 'MessageUUID' },
  eventTypes: 'queued sent failed delivered undelivered rejected read sms mms whatsapp',
  answerWithinMs: 8_000,
});
