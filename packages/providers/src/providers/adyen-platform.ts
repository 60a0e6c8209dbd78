import { definePreset } from '../presets/define-preset.ts';
import { copySecret } from '../presets/setup-steps.ts';

export const adyenPlatform = definePreset({
  id: 'adyen-platform',
  name: 'Adyen for Platforms',
  evidence: [
    {
      kind: 'official-sdk',
      source: 'https://github.com/Adyen/adyen-node-api-library/blob/main/src/utils/hmacValidator.ts',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://docs.adyen.com/platforms/set-up-webhooks',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    // Retries continue for 30 days; the body contains the time at which the event was queued.
    id: [{ json: '/type' }, { json: '/timestamp' }, { hash: 'body' }],
    names: 'the queued webhook, a hash of its bytes',
    unique: 'everywhere',
    stable: 'unknown',
    retries: true,
    retriesForSeconds: 2_592_000,
  },
  setup: copySecret({
    where: 'the Customer Area of Adyen, under Developers, Webhooks, Platforms',
    secret: 'the HMAC key (hexadecimal)',
    notes: ['Adyen signs webhooks of payments differently: use the provider adyen for them.'],
  }),
  documentation: 'https://docs.adyen.com/platforms/set-up-webhooks',
  scheme: { signature: { header: 'hmacsignature' }, encoding: 'base64', key: 'hex' },
  type: [{ json: '/type' }],
  source: [{ json: '/data/balancePlatform' }],
  subject: [
    { json: '/data/id' },
    { json: '/data/accountHolder/id' },
    { json: '/data/balanceAccount/id' },
    { json: '/data/paymentInstrument/id' },
  ],
  time: { json: '/timestamp', unit: 'iso' },
  // Older documentation requires this text; today any 2xx is accepted.
  answer: { body: '[accepted]', contentType: 'text/plain; charset=utf-8' },
  eventTypes: `balancePlatform.accountHolder.created balancePlatform.accountHolder.updated
    balancePlatform.authentication.created balancePlatform.authentication.relayed
    balancePlatform.authorisation.relayed balancePlatform.balanceAccount.balance.block.released
    balancePlatform.balanceAccount.balance.updated balancePlatform.balanceAccount.created
    balancePlatform.balanceAccount.updated balancePlatform.balanceAccountPayoutSchedule.created
    balancePlatform.balanceAccountPayoutSchedule.deleted balancePlatform.balanceAccountPayoutSchedule.updated
    balancePlatform.balanceAccountPayoutScheduleAutoApplication.failed
    balancePlatform.balanceAccountPayoutScheduleExecution.failed
    balancePlatform.balanceAccountPayoutScheduleExecution.skipped
    balancePlatform.balanceAccountPayoutScheduleExecution.succeeded
    balancePlatform.balanceAccountSweep.created balancePlatform.balanceAccountSweep.deleted
    balancePlatform.balanceAccountSweep.updated balancePlatform.balancePlatformPayoutSchedule.created
    balancePlatform.balancePlatformPayoutSchedule.deleted
    balancePlatform.balancePlatformPayoutSchedule.updated balancePlatform.cardorder.created
    balancePlatform.cardorder.updated balancePlatform.dispute.created balancePlatform.dispute.updated
    balancePlatform.mandate.created balancePlatform.mandate.updated
    balancePlatform.negativeBalanceCompensationWarning.scheduled balancePlatform.networkToken.created
    balancePlatform.networkToken.updated balancePlatform.paymentInstrument.created
    balancePlatform.paymentInstrument.updated balancePlatform.report.created balancePlatform.score.triggered
    balancePlatform.transaction.created balancePlatform.transfer.created balancePlatform.transfer.updated`,
});
