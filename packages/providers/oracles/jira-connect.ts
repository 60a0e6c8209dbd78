import { createHash, createHmac } from 'node:crypto';
import type { Oracle } from './oracle.ts';

export const oracle: Oracle = {
  provider: 'jira-connect',
  source: 'https://developer.atlassian.com/cloud/jira/platform/understanding-jwt-for-connect-apps/',
  secrets: [Buffer.alloc(48, 1).toString('base64'), Buffer.alloc(48, 2).toString('base64')],
  covers: 'nothing',
  signatureHeaders: ['authorization'],
  body: '{"timestamp":1748077736000,"webhookEvent":"jira:issue_created","issue":{"id":"10002","key":"ACME-1"}}',
  sign: ({ url, method, nowMs, secret }) => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const now = Math.floor(nowMs / 1000);
    // The path below the base address of the app, and no parameters.
    const canonical = `${method}&${new URL(url).pathname}&`;
    const claims = {
      iss: '0f1e2d3c-4b5a-3978-8796-a5b4c3d2e1f0',
      iat: now,
      exp: now + 180,
      qsh: createHash('sha256').update(canonical).digest('hex'),
    };
    const input = `${part({ typ: 'JWT', alg: 'HS256' })}.${part(claims)}`;
    const signature = createHmac('sha256', secret).update(input).digest('base64url');
    return { headers: { authorization: `JWT ${input}.${signature}` } };
  },
};
