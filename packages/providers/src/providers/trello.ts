import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

export const trello = definePreset({
  id: 'trello',
  name: 'Trello',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: [{ json: '/action/id' }, { json: '/model/id' }],
    names: 'the action in the webhook of one model',
    unique: 'everywhere',
    stable: true,
    retries: 'unknown',
  },
  setup: useKey({
    where: 'the webhooks API of Trello',
    secret: 'the secret of the API key',
    notes: ['Trello checks the address with a HEAD when you create the webhook, and Hookline answers.'],
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
  source: [{ json: '/model/id' }],
  subject: [
    { json: '/action/data/card/id' },
    { json: '/action/data/list/id' },
    { json: '/action/data/board/id' },
  ],
  time: { json: '/action/date', unit: 'iso' },
  eventTypes: `createCard updateCard deleteCard copyCard commentCard updateComment deleteComment addMemberToCard
    removeMemberFromCard addLabelToCard removeLabelFromCard addAttachmentToCard deleteAttachmentFromCard
    addChecklistToCard updateCheckItemStateOnCard moveCardToBoard moveCardFromBoard createList
    updateList createBoard updateBoard addMemberToBoard removeMemberFromBoard createLabel updateLabel
    deleteLabel`,
});
