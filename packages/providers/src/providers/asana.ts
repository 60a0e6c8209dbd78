import { definePreset } from '../presets/define-preset.ts';

/** A heartbeat is a request whose list of events is empty: it is answered, and no event. */
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
    // Items have the user, the resource and a time in milliseconds, and are sent again for a day.
    id: [{ json: '/created_at' }, { hash: 'body' }],
    names: 'the change, by its bytes, which hold its time in milliseconds',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
    retriesForSeconds: 86_400,
  },
  setup: [
    'The first request of Asana brings the secret, unsigned, in X-Hook-Secret. Hookline does not answer it: nobody should be able to set a secret by sending one.',
    'So make the webhook through the webhooks API of Asana with a receiver of your own, which gives X-Hook-Secret back and passes all later requests on to the address of this source, headers and body unchanged.',
    'As the secret of this source, store the X-Hook-Secret that the receiver got.',
    'Asana sends a heartbeat every eight hours, and deletes a webhook whose requests fail for 24 hours.',
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
