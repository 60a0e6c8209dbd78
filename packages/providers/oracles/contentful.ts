import { createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'contentful',
  source:
    'https://www.contentful.com/developers/docs/webhooks/request-verification/; github.com/contentful/node-apps-toolkit src/requests/sign-request.ts',
  secrets: [
    'made-up_secret_of_64_characters_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    'made-up_secret_of_64_characters_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB',
  ],
  covers: 'body',
  signatureHeaders: ['x-contentful-signature', 'x-contentful-signed-headers', 'x-contentful-timestamp'],
  body: '{"sys":{"type":"Entry","id":"nyancat","space":{"sys":{"type":"Link","linkType":"Space","id":"cfexampleapi"}},"revision":5},"fields":{"name":{"en-US":"Nyan Cat"}}}',
  contentType: 'application/vnd.contentful.management.v1+json',
  sign: ({ body, url, method, nowMs, secret }) => {
    const headers: Record<string, string> = {
      'content-type': 'application/vnd.contentful.management.v1+json',
      'x-contentful-signed-headers':
        'content-type,x-contentful-signed-headers,x-contentful-timestamp,x-contentful-topic',
      'x-contentful-timestamp': String(nowMs),
      'x-contentful-topic': 'ContentManagement.Entry.publish',
    };
    const lines = Object.entries(headers)
      .map(([name, value]) => `${name}:${value}`)
      .join(';');
    const { pathname } = new URL(url);
    const signature = createHmac('sha256', secret)
      .update(`${method}\n${pathname}\n${lines}\n`)
      .update(body)
      .digest('hex');
    return { headers: { ...headers, 'x-contentful-signature': signature } };
  },
};
