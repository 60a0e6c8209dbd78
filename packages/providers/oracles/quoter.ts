import { createHash } from 'node:crypto';
import type { Oracle } from './oracle.ts';

const data = '{"id":"quot_28cRvdxLRGYKBUnUNqwHkyMpjnP","number":"Q-1042","organization":"Acme"}';

export const oracle: Oracle = {
  provider: 'quoter',
  source: 'https://help.quoter.com/hc/en-us/articles/32085971955355-Integrate-with-Webhooks',
  secrets: ['a long random text of Quoter', 'another random text of Quoter'],
  covers: 'part',
  covered: 'Acme',
  signatureHeaders: [],
  contentType: 'application/x-www-form-urlencoded',
  body: new URLSearchParams({ data }).toString(),
  toleranceSeconds: 300,
  sign: ({ nowMs, secret }) => {
    const timestamp = `${nowMs / 1000}`;
    const hash = createHash('md5').update(`${secret}${timestamp}${data}`).digest('hex');
    return { headers: {}, body: Buffer.from(new URLSearchParams({ hash, timestamp, data }).toString()) };
  },
};
