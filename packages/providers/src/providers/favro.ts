import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const favro = definePreset({
  id: 'favro',
  name: 'Favro',
  evidence: [
    {
      kind: 'secondary',
      source: 'https://github.com/hookdeck/webhook-skills/tree/HEAD/skills/favro-webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  // The body is not signed, so the id also protects against replays of a captured request.
  identity: {
    id: { json: '/payloadId' },
    names: 'the payload',
    unique: 'unknown',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: chooseSecret({
    where: 'the collection in Favro, under Webhooks',
    secret: 'the secret',
    notes: ['Favro sends a ping immediately. It becomes the first event of this source.'],
  }),
  documentation: 'https://favro.com/developer/#webhook-signatures',
  caution: 'Favro signs only the id of the payload and the address, not the rest of the body.',
  scheme: {
    signature: { header: 'x-favro-webhook' },
    encoding: 'base64',
    hash: 'sha1',
    message: '{json:/payloadId}{url}',
    bodyNotCovered: true,
  },
  // The member that contains the object: card or comment.
  type: [
    { firstMemberExcept: ['payloadId', 'action', 'hookId', 'hook', 'sender', 'organizationId'] },
    { json: '/action' },
  ],
  subject: [{ json: '/card/cardId' }, { json: '/comment/cardCommonId' }],
  control: [{ when: { json: '/action', equals: 'ping' }, kind: 'test', type: 'ping' }],
});
