import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'trello',
  source: 'https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/',
  secrets: [Buffer.alloc(32, 1).toString('hex'), Buffer.alloc(32, 2).toString('hex')],
  covers: 'body',
  signatureHeaders: ['x-trello-webhook'],
  body: '{"action":{"id":"51f9424bcd6e040f3c002412","idMemberCreator":"4fc78a59a885233f4b349bd9","data":{"board":{"name":"Trello Development","id":"4d5ea62fd76aa1136000000c"}},"type":"voteOnCard","date":"2023-11-14T22:13:20.000Z"},"model":{"id":"4d5ea62fd76aa1136000000c","name":"Trello Development"}}',
  sign: ({ body, url, secret }) => ({
    headers: { 'x-trello-webhook': createHmac('sha1', secret).update(body).update(url).digest('base64') },
  }),
};
