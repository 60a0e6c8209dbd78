import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'mandrill',
  source:
    'https://mandrill.zendesk.com/hc/en-us/articles/205583257-How-to-Authenticate-Webhook-Requests; https://mailchimp.com/developer/transactional/docs/webhooks/',
  secrets: ['made_up_Key-Of_Mandrill', 'another_Key-Of_Mandrill'],
  covers: 'body',
  covered: 'exampleaaa',
  signatureHeaders: ['x-mandrill-signature'],
  body: `mandrill_events=${encodeURIComponent('[{"event":"send","_id":"exampleaaaaaaaaaaaaaaaaaaaaaaaaa","ts":1748077736,"msg":{"email":"emma@example.com","subject":"Hello & welcome"}}]').replaceAll('%20', '+')}`,
  contentType: 'application/x-www-form-urlencoded',
  sign: ({ body, url, secret }) => {
    const fields = [...new URLSearchParams(body.toString())].sort(([a], [b]) => (a < b ? -1 : 1));
    const text = fields.reduce((signed, [name, value]) => `${signed}${name}${value}`, url);
    return { headers: { 'x-mandrill-signature': createHmac('sha1', secret).update(text).digest('base64') } };
  },
};
