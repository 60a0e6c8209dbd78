import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'ringcentral',
  source: 'ringcentral/ringcentral-api-docs docs/notifications/webhooks/receiving.md',
  secrets: ['a verification token of our own', 'another verification token of ours'],
  covers: 'nothing',
  signatureHeaders: ['verification-token'],
  body: '{"uuid":"3587175945494478110","event":"/restapi/v1.0/account/123/extension/456/message-store","timestamp":"2023-11-14T22:13:20.000Z","subscriptionId":"7cf5ba93-a1f7-4b62-8f55-0f1d2a3b4c5d","body":{"extensionId":456}}',
  sign: ({ secret }) => ({ headers: { 'verification-token': secret } }),
};
