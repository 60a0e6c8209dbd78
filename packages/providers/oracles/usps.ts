import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'usps',
  source:
    'hookdeck/webhook-skills usps-webhooks (a third party that quotes Subscriptions - Tracking 3.2 of https://developers.usps.com)',
  secrets: ['a-secret-of-thirty-two-letters-1', 'a-secret-of-thirty-two-letters-2'],
  covers: 'part',
  covered: 'Delivered',
  signatureHeaders: ['x-hmac'],
  body: '{"subscriptionId":"b2e4c6a8-0000-4000-8000-1a2b3c4d5e6f","subscriptionType":"TRACKING","timestamp":"2023-11-14T22:13:20Z","payload":"{\\"trackingNumber\\":\\"9400111298370264401222\\",\\"status\\":\\"Delivered\\"}"}',
  sign: ({ body, secret }) => {
    const { timestamp, payload } = JSON.parse(body.toString()) as { timestamp: string; payload: string };
    return {
      headers: { 'x-hmac': createHmac('sha256', secret).update(`${timestamp}${payload}`).digest('base64') },
    };
  },
  variants: {
    'under its older name': ({ body, secret }) => {
      const { timestamp, payload } = JSON.parse(body.toString()) as { timestamp: string; payload: string };
      return {
        headers: {
          'hmac-header': createHmac('sha256', secret).update(`${timestamp}${payload}`).digest('base64'),
        },
      };
    },
  },
};
