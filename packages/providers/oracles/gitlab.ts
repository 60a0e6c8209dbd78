import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'gitlab',
  source:
    'https://docs.gitlab.com/user/project/integrations/webhooks/; github.com/gitlabhq/gitlabhq app/services/web_hook_service.rb',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'nothing',
  signatureHeaders: ['x-gitlab-token'],
  body: '{"object_kind":"push","event_name":"push","ref":"refs/heads/main","project_id":15,"commits":[]}',
  sign: ({ secret }) => ({
    headers: {
      'x-gitlab-event': 'Push Hook',
      'x-gitlab-webhook-uuid': '02affd2d-2cba-4033-917d-ec22d5dc4b38',
      'x-gitlab-event-uuid': '13792a34-cac6-4fda-95a8-c58e00a3954e',
      'idempotency-key': 'f5e57ebe-07c7-4ef5-9238-23c55f62722a',
      'x-gitlab-token': secret,
    },
  }),
};
