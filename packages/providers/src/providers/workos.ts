import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const workos = definePreset({
  id: 'workos',
  name: 'WorkOS',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/workos/workos-node/blob/28d4dcd6/src/common/crypto/signature-provider.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://workos.com/docs/events/data-syncing/webhooks',
      checkedOn: '2026-11-29',
    },
  ],
  identity: {
    id: { json: '/id' },
    names: 'the event',
    unique: 'everywhere',
    stable: true,
    retries: true,
    retriesForSeconds: 259_200,
  },
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
  subject: { json: '/data/id' },
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
    session.created user.created user.updated user.deleted
    authentication.passkey_failed authentication.passkey_succeeded
    authentication.radar_risk_detected invitation.accepted invitation.revoked invitation.resent
    password_reset.succeeded role.created role.deleted role.updated organization_role.created
    organization_role.updated organization_role.deleted permission.created permission.updated
    permission.deleted session.revoked organization_domain.created organization_domain.updated
    organization_domain.deleted api_key.created api_key.revoked flag.created flag.updated
    flag.deleted flag.rule_updated vault.data.created vault.data.updated vault.data.read
    vault.data.deleted vault.names.listed vault.metadata.read vault.kek.created vault.dek.read
    vault.dek.decrypted vault.byok_key.verification_completed authentication.sso_started
    authentication.sso_timed_out connection.saml_certificate_renewed
    connection.saml_certificate_renewal_required group.created group.updated group.deleted
    waitlist_user.created waitlist_user.approved waitlist_user.denied`,
});
