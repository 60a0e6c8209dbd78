import { definePreset } from '../presets/define-preset.ts';

/**
 * Circle returns its public key only for requests with an API key, by the id in `X-Circle-Key-Id`. So the public key is
 * stored as the secret. The key of an id does not change.
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
    'Through the notifications API of Circle, create a subscription with the address of this source. Circle checks the address with a HEAD request, and Hookline answers.',
    'Send a test notification. Hookline refuses it. Find its X-Circle-Key-Id in the rejections of this source.',
    'Request that key from the API (GET /v2/notifications/publicKey/<id>; for CPN /v2/cpn/notifications/publicKey/<id>, for StableFX /v2/stablefx/notifications/publicKey/<id>). Store its publicKey unchanged as the secret of this source. If other key ids arrive later, store their keys as further secrets.',
    'Circle signs notifications of version 1 (Circle Mint, Digital Asset Accounts, CPN Managed Payments) differently: Hookline refuses them.',
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
      // The id of a test notification is all zeros.
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
