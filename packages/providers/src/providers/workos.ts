import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const workos = definePreset({
  id: 'workos',
  name: 'WorkOS',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://workos.com/docs/events/data-syncing/webhooks',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://workos.com/docs/events/data-syncing/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: { id: { json: '/id' }, names: 'the event', unique: 'everywhere', stable: true, retries: true },
  setup: copySecret({ where: 'the WorkOS dashboard, under Webhooks', secret: 'the signing secret' }),
  documentation: 'https://workos.com/docs/events/data-syncing/webhooks',
  scheme: {
    signature: { header: 'workos-signature', separators: ', ', prefix: 'v1=' },
    encoding: 'hex',
    message: '{timestamp}.{body}',
    timestamp: {
      header: 'workos-signature',
      separators: ', ',
      prefix: 't=',
      unit: 'ms',
      dates: 'unknown',
      toleranceSeconds: 180,
    },
  },
  type: [{ json: '/event' }],
  time: { json: '/created_at', unit: 'iso' },
  eventTypes: `authentication.email_verification_succeeded authentication.magic_auth_succeeded
    authentication.magic_auth_failed authentication.mfa_succeeded authentication.oauth_succeeded
    authentication.oauth_failed authentication.password_succeeded authentication.password_failed
    authentication.sso_succeeded authentication.sso_failed connection.activated connection.deactivated
    connection.deleted dsync.activated dsync.deleted dsync.group.created dsync.group.updated
    dsync.group.deleted dsync.group.user_added dsync.group.user_removed dsync.user.created
    dsync.user.updated dsync.user.deleted email_verification.created invitation.created
    magic_auth.created organization.created organization.updated organization.deleted
    organization_domain.verified organization_domain.verification_failed organization_membership.created
    organization_membership.updated organization_membership.deleted password_reset.created
    session.created user.created user.updated user.deleted`,
});
