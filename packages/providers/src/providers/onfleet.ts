import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

/** Onfleet sends the number of the trigger. */
const TRIGGERS = {
  0: 'taskStarted',
  1: 'taskEta',
  2: 'taskArrival',
  3: 'taskCompleted',
  4: 'taskFailed',
  5: 'workerDuty',
  6: 'taskCreated',
  7: 'taskUpdated',
  8: 'taskDeleted',
  9: 'taskAssigned',
  10: 'taskUnassigned',
  12: 'taskDelayed',
  13: 'taskCloned',
};

export const onfleet = definePreset({
  id: 'onfleet',
  name: 'Onfleet',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://docs.onfleet.com/reference/webhooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.onfleet.com/reference/secrets',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: 'none', retries: 'unknown' },
  setup: copySecret({
    where: 'the Onfleet dashboard, under Webhooks',
    secret: 'the webhook secret (hexadecimal)',
    notes: ['Onfleet verifies the address immediately with a GET, and Hookline answers.'],
  }),
  documentation: 'https://docs.onfleet.com/reference/webhooks',
  scheme: { signature: { header: 'x-onfleet-signature' }, encoding: 'hex', hash: 'sha512', key: 'hex' },
  handshakes: [{ method: 'GET', token: { query: 'check' }, reply: { text: '{token}' } }],
  type: [{ json: '/triggerId', named: TRIGGERS }],
  subject: [{ json: '/taskId' }, { json: '/workerId' }],
  eventTypes: Object.values(TRIGGERS).join(' '),
});
