import { definePreset } from '../presets/define-preset.ts';

/** A heartbeat is a request with an empty list of events: Hookline answers it and stores nothing. */
export const asana = definePreset({
  id: 'asana',
  name: 'Asana',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.asana.com/docs/webhooks-guide',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.asana.com/reference/createwebhook',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    // Items contain the user, the resource and a time in milliseconds. Retries continue for a day.
    id: [{ json: '/created_at' }, { hash: 'body' }],
    names: 'the change; the hashed bytes contain its time in milliseconds',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
    retriesForSeconds: 86_400,
  },
  setup: [
    'The first request of Asana contains the secret in X-Hook-Secret and is unsigned. Hookline does not answer it, because otherwise anyone could set a secret by sending a request.',
    'Create the webhook through the webhooks API of Asana with your own receiver. The receiver returns X-Hook-Secret, and forwards all later requests to the address of this source with unchanged headers and bodies.',
    'As the secret of this source, store the X-Hook-Secret that the receiver received.',
    'Asana sends a heartbeat every eight hours. It deletes a webhook if its requests fail for 24 hours.',
  ],
  documentation: 'https://developers.asana.com/docs/webhooks-guide',
  scheme: { signature: { header: 'x-hook-signature' }, encoding: 'hex' },
  batch: '/events',
  type: [{ json: '/resource/resource_type' }, { json: '/action' }],
  subject: { json: '/resource/gid' },
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `task.added task.changed task.removed task.deleted task.undeleted project.added project.changed
    project.removed project.deleted project.undeleted story.added story.changed story.removed
    story.deleted story.undeleted`,
});
