import { definePreset } from '../presets/define-preset.ts';
import { storeReturned } from '../presets/setup-steps.ts';

export const clickup = definePreset({
  id: 'clickup',
  name: 'ClickUp',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developer.clickup.com/docs/webhooksignature',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.clickup.com/docs/webhookhealth',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://developer.clickup.com/docs/webhooktaskpayloads',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', because: 'webhook_id identifies the subscription', retries: true },
  setup: storeReturned({
    where: 'the webhooks API of ClickUp',
    secret: 'the secret that the API returns when you create the webhook',
  }),
  documentation: 'https://developer.clickup.com/docs/webhooks',
  scheme: { signature: { header: 'x-signature' }, encoding: 'hex' },
  type: [{ json: '/event' }],
  source: [{ json: '/webhook_id' }],
  subject: [
    { json: '/task_id' },
    { json: '/list_id' },
    { json: '/folder_id' },
    { json: '/space_id' },
    { json: '/goal_id' },
    { json: '/key_result_id' },
  ],
  time: { json: '/history_items/0/date', unit: 'ms' },
  answerWithinMs: 7_000,
  harmfulStatuses: { effects: { 410: 'suspends the webhook' }, instead: 404 },
  eventTypes: `taskCreated taskUpdated taskDeleted taskPriorityUpdated taskStatusUpdated taskAssigneeUpdated
    taskDueDateUpdated taskTagUpdated taskMoved taskCommentPosted taskCommentUpdated
    taskTimeEstimateUpdated taskTimeTrackedUpdated listCreated listUpdated listDeleted folderCreated
    folderUpdated folderDeleted spaceCreated spaceUpdated spaceDeleted goalCreated goalUpdated
    goalDeleted keyResultCreated keyResultUpdated keyResultDeleted`,
});
