import { definePreset } from '../presets/define-preset.ts';
import { useKey } from '../presets/setup-steps.ts';

/**
 * A notification is one event, however many accounts it names: it says nothing else, and its readers know it in the form
 * that Dropbox documents.
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
      'The body only names the accounts in which something changed. A second change looks like the first, so none is taken for a repeat: a retry costs one more look at Dropbox.',
    retries: true,
    retriesForSeconds: 600,
  },
  setup: useKey({
    where: 'the app console of Dropbox, under Webhooks',
    secret: 'the App secret',
    notes: [
      'Dropbox asks with a GET at once, which is answered here. An event only names the accounts that changed, of which there may be several.',
    ],
  }),
  documentation: 'https://www.dropbox.com/developers/reference/webhooks',
  scheme: { signature: { header: 'x-dropbox-signature' }, encoding: 'hex' },
  handshakes: [{ method: 'GET', token: { query: 'challenge' }, reply: { text: '{token}' } }],
  type: [{ firstMemberExcept: ['delta'] }],
  eventTypes: 'list_folder',
  answerWithinMs: 10_000,
});
