import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const trello = definePreset({
  id: 'trello',
  name: 'Trello',
  evidence: ['registry'],
  setup: useKey({
    where: 'the webhooks API of Trello',
    secret: 'the secret of the API key',
    notes: ['Trello asks with a HEAD when the webhook is made, which is answered here.'],
  }),
  documentation: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/',
  scheme: {
    signature: { header: 'x-trello-webhook' },
    encoding: 'base64',
    hash: 'sha1',
    message: '{body}{url}',
  },
  handshakes: [{ method: 'HEAD' }],
  type: [{ json: '/action/type' }],
  deliveryId: { json: '/action/id' },
});
