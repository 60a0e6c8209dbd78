import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const huggingface = definePreset({
  id: 'huggingface',
  name: 'Hugging Face',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://github.com/huggingface/hub-docs/blob/HEAD/docs/hub/webhooks.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { header: 'webhook-id' },
    names: 'the message',
    unique: 'everywhere',
    stable: 'unknown',
    retries: 'unknown',
  },
  setup: chooseSecret({
    where: 'the Hugging Face settings, under Webhooks',
    secret: 'the secret (ASCII only)',
  }),
  documentation: 'https://huggingface.co/docs/hub/webhooks',
  scheme: { token: { header: 'x-webhook-secret' } },
  type: [{ json: '/event/scope' }, { json: '/event/action' }],
  subject: { json: '/repo/name' },
  eventTypes: `repo.create repo.update repo.delete repo.move repo.content.update repo.config.update
    discussion.create discussion.update discussion.delete discussion.comment.create
    discussion.comment.update`,
});
