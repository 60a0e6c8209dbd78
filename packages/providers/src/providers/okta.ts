import { definePreset } from '../presets/define-preset.ts';
import { chooseSecret } from '../presets/setup-steps.ts';

export const okta = definePreset({
  id: 'okta',
  name: 'Okta Event Hooks',
  evidence: [
    {
      kind: 'official-docs',
      source:
        'https://github.com/okta/okta-developer-docs/blob/HEAD/packages/@okta/vuepress-site/docs/concepts/event-hooks/index.md',
      checkedOn: '2026-11-30',
    },
  ],
  identity: { id: { json: '/uuid' }, names: 'the event', unique: 'account', stable: true, retries: true },
  setup: chooseSecret({
    where: 'the Okta admin console, under Workflow, Event Hooks',
    secret: 'the Authentication secret (its field is Authorization)',
    notes: ['Choose Verify: Okta sends a GET with the secret, and Hookline answers.'],
  }),
  documentation: 'https://developer.okta.com/docs/concepts/event-hooks/',
  scheme: { token: { header: 'authorization' } },
  handshakes: [
    {
      method: 'GET',
      token: { header: 'x-okta-verification-challenge' },
      requires: 'signature',
      reply: { json: { verification: '{token}' } },
    },
  ],
  batch: '/data/events',
  type: [{ json: '/eventType' }],
  source: [{ around: '/source' }],
  subject: { json: '/target/0/id' },
  time: { json: '/published', unit: 'iso' },
  eventTypes: `user.lifecycle.create user.lifecycle.activate user.lifecycle.deactivate user.lifecycle.suspend
    user.lifecycle.unsuspend user.lifecycle.delete.initiated user.session.start user.session.end
    user.account.lock user.account.unlock user.account.update_password user.account.reset_password
    user.account.update_profile user.mfa.factor.activate user.mfa.factor.deactivate
    user.authentication.sso group.lifecycle.create group.lifecycle.delete group.user_membership.add
    group.user_membership.remove application.user_membership.add application.user_membership.remove`,
  answerWithinMs: 3_000,
});
