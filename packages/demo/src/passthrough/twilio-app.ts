import { randomBytes } from 'node:crypto';
import twilio from 'twilio';
import { callAddress } from './call-address.ts';
import type { ProviderApp } from './provider-app.ts';
import { verifyRequests } from './verify-requests.ts';

/**
 * Twilio, and an app that verifies with Twilio's SDK. Twilio signs the URL that it called, which is Hookline's. An app
 * behind any proxy needs that URL, and this app reads it from `hookline-original-url`.
 */
export async function startTwilioApp(): Promise<ProviderApp> {
  const secret = randomBytes(16).toString('hex');
  const app = await verifyRequests(({ body, header }) => {
    const fields = Object.fromEntries(new URLSearchParams(body));
    const isGenuine = twilio.validateRequest(
      secret,
      header('x-twilio-signature'),
      header('hookline-original-url'),
      fields,
    );
    if (!isGenuine) throw new Error('twilio.validateRequest refuses the signature');
    return fields['MessageSid'] as string;
  });
  return {
    ...app,
    provider: 'twilio',
    sdk: 'twilio',
    secret,
    async send(url) {
      const id = `SM${randomBytes(16).toString('hex')}`;
      const called = `${url}?flow=1&name=a%20b`;
      const fields = {
        AccountSid: 'AC1',
        Body: 'grüße + mehr',
        From: '+15550100',
        MessageSid: id,
        To: '+15550101',
      };
      const headers = {
        'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
        'user-agent': 'TwilioProxy/1.1',
        'i-twilio-idempotency-token': id,
        'x-twilio-signature': twilio.getExpectedTwilioSignature(secret, called, fields),
      };
      return { id, status: await callAddress(called, headers, new URLSearchParams(fields).toString()) };
    },
  };
}
