import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'ms-teams-outgoing',
  source:
    'https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook',
  // The security token is base64 of the key.
  secrets: [Buffer.alloc(32, 1).toString('base64'), Buffer.alloc(32, 2).toString('base64')],
  covers: 'body',
  signatureHeaders: ['authorization'],
  body: '{"type":"message","id":"1485983408511","timestamp":"2023-11-14T22:13:20.000Z","channelId":"msteams","serviceUrl":"https://smba.trafficmanager.net/emea/","from":{"id":"29:1XJKJMvc5GBtc2JwZq0oj8tHZmzrQgFmB39ATiQWA85gQtHieVkKilBZ9XHoq9j7Zaqt7CZ-NJWi7me2kHTL3Bw","name":"Jane Smith"},"text":"<at>hookline</at> caf\u00e9"}',
  sign: ({ body, secret }) => ({
    headers: {
      authorization: `HMAC ${createHmac('sha256', Buffer.from(secret, 'base64')).update(body).digest('base64')}`,
    },
  }),
};
