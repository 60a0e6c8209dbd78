import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const intercom = definePreset({
  id: 'intercom',
  name: 'Intercom',
  evidence: ['registry'],
  setup: useKey({
    where: 'the developer hub of Intercom, under Webhooks',
    secret: 'the client secret of the app',
  }),
  documentation: 'https://developers.intercom.com/docs/webhooks',
  scheme: { signature: { header: 'x-hub-signature', prefix: 'sha1=' }, encoding: 'hex', hash: 'sha1' },
  handshakes: [{ method: 'HEAD' }],
  type: [{ json: '/topic' }],
  deliveryId: { json: '/id' },
  answerWithinMs: 5_000,
});
