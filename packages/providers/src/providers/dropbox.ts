import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/**
 * A notification is one event, however many accounts it names. Receivers know it in the form that Dropbox documents.
 */
export const dropbox = definePreset({
  id: 'dropbox',
  name: 'Dropbox',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/dropbox/mdwebhook/blob/HEAD/app.py',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://www.dropbox.com/developers/reference/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: 'none',
    equalBodies: 'events',
    because:
      'The body only names the changed accounts. A second change looks like the first, so none counts as a repeat. A retry costs one more request to Dropbox.',
    retries: true,
    retriesForSeconds: 600,
  },
  setup: useKey({
    where: 'the app console of Dropbox, under Webhooks',
    secret: 'the App secret',
    notes: [
      'Dropbox verifies the address immediately with a GET, and Hookline answers. An event only names the changed accounts, one or several.',
    ],
  }),
  documentation: 'https://www.dropbox.com/developers/reference/webhooks',
  scheme: { signature: { header: 'x-dropbox-signature' }, encoding: 'hex' },
  handshakes: [{ method: 'GET', token: { query: 'challenge' }, reply: { text: '{token}' } }],
  type: [{ firstMemberExcept: ['delta'] }],
  eventTypes: 'list_folder',
  answerWithinMs: 10_000,
});
