import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'chargebee',
  source: 'https://www.chargebee.com/docs/webhook_settings.html; npm chargebee README; RFC 7617',
  secrets: ['hookline:a long random password', 'hookline:another:password'],
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '{"id":"ev_16BHbhF4s42tO2lK","occurred_at":1748077736,"source":"api","object":"event","api_version":"v2","content":{"subscription":{"id":"1"}},"event_type":"subscription_created"}',
  sign: ({ secret }) => ({ headers: { authorization: `Basic ${Buffer.from(secret).toString('base64')}` } }),
};
