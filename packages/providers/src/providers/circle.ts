import { definePreset } from '../presets/define-preset.ts';

/**
 * Circle gives its key only to those with an API key, by the id in `X-Circle-Key-Id`, so that it stands in the place of
 * the secret. Keys do not change for an id.
 */
export const circle = definePreset({
  id: 'circle',
  name: 'Circle',
  evidence: [
    {
      kind: 'official-docs',
      source: 'https://developers.circle.com/api-reference/verify-webhook-signatures',
      checkedOn: '2026-11-29',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.circle.com/api-reference/webhooks',
      checkedOn: '2026-11-30',
    },
    {
      kind: 'official-docs',
      source: 'https://developers.circle.com/api-reference/contracts/common/create-subscription',
      checkedOn: '2026-11-30',
    },
  ],
  identity: {
    id: { json: '/notificationId' },
    names: 'the notification',
    unique: 'everywhere',
    stable: true,
    retries: true,
  },
  setup: [
    'Through the notifications API of Circle, make a subscription with the address of this source. Circle looks with a HEAD whether somebody is there, which is answered here.',
    'Send a test notification: it is refused, and among the rejections of this source you find its X-Circle-Key-Id.',
    'Ask the API for that key (GET /v2/notifications/publicKey/<id>; for CPN /v2/cpn/notifications/publicKey/<id>, for StableFX /v2/stablefx/notifications/publicKey/<id>), and store its publicKey, as it is, as the secret of this source. If other ids come later, store their keys as further secrets.',
    'Notifications of version 1 (Circle Mint, Digital Asset Accounts, CPN Managed Payments) are signed another way and are refused here.',
  ],
  documentation: 'https://developers.circle.com/api-reference/webhooks',
  scheme: {
    keyType: 'ec',
    hash: 'sha256',
    signature: { header: 'x-circle-signature' },
    encoding: 'base64',
  },
  handshakes: [{ method: 'HEAD' }],
  type: [{ json: '/notificationType' }],
  control: [
    {
      when: { json: '/notificationType', equals: 'webhooks.test' },
      kind: 'test',
      type: 'webhooks.test',
      // It is all zeros.
      sharesId: true,
    },
  ],
  subject: { json: '/notification/id' },
  time: { json: '/timestamp', unit: 'iso' },
  eventTypes: `transactions.inbound transactions.outbound challenges.accelerateTransaction
    challenges.cancelTransaction challenges.changePin challenges.contractExecution
    challenges.createTransaction challenges.createWallet challenges.initialize challenges.restorePin
    challenges.setPin challenges.setSecurityQuestions contracts.eventLog modularWallet.userOperation
    modularWallet.inboundTransfer modularWallet.outboundTransfer travelRule.statusUpdate travelRule.deny
    travelRule.approve rampSession.completed cpn.payment.cryptoFundsPending
    cpn.payment.fiatPaymentInitiated cpn.payment.completed cpn.payment.failed cpn.payment.delayed
    cpn.rfi.informationRequired cpn.rfi.inReview cpn.rfi.approved cpn.rfi.rejected
    cpn.transaction.broadcasted cpn.transaction.completed cpn.transaction.failed
    stablefx.trade.confirmed stablefx.trade.pendingSettlement stablefx.trade.makerFunded
    stablefx.trade.takerFunded stablefx.trade.completed stablefx.trade.failed stablefx.trade.breached
    stablefx.contract.recordTrade.failed stablefx.contract.makerDeliver.failed
    stablefx.contract.takerDeliver.failed`,
  source: [{ json: '/subscriptionId' }],
});
