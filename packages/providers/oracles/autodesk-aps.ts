import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'autodesk-aps',
  source:
    'https://aps.autodesk.com/en/docs/webhooks/v1/overview/basics; github.com/autodesk-platform-services/aps-webhooks-signature',
  secrets: ['a long random text that was typed in', 'another long random text'],
  covers: 'body',
  signatureHeaders: ['x-adsk-signature'],
  body: '{"version":"1.0","resourceUrn":"urn:adsk.wipprod:fs.file:vf.acme?version=1","hook":{"hookId":"0f1e2d3c","tenant":"urn:adsk.wipprod:fs.folder:co.acme","event":"dm.version.added","system":"data"},"payload":{"ext":"dwg"}}',
  sign: ({ body, secret }) => ({
    headers: {
      'x-adsk-delivery-id': '4b2f4c8e-7a1d-4c53-9c5e-1d2f3a4b5c6d',
      'x-adsk-signature': `sha1hash=${createHmac('sha1', secret).update(body).digest('hex')}`,
    },
  }),
};
