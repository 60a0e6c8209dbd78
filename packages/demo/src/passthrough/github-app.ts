import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { createNodeMiddleware, Webhooks } from '@octokit/webhooks';
import { callAddress } from './call-address.ts';
import type { ProviderApp } from './provider-app.ts';
import { startApp } from './start-app.ts';

/** GitHub, and an app that uses @octokit/webhooks with its middleware. */
export async function startGitHubApp(): Promise<ProviderApp> {
  const secret = randomBytes(24).toString('hex');
  const verified: string[] = [];
  const refused: string[] = [];
  const webhooks = new Webhooks({ secret });
  webhooks.onAny(({ id }) => void verified.push(id));
  webhooks.onError(({ message }) => void refused.push(message));
  const middleware = createNodeMiddleware(webhooks, { path: '/' });
  const app = await startApp((request, response) => void middleware(request, response));
  return {
    ...app,
    provider: 'github',
    sdk: '@octokit/webhooks',
    secret,
    verified,
    refused,
    async send(url) {
      const id = randomUUID();
      const body = JSON.stringify({
        ref: 'refs/heads/main',
        repository: { full_name: 'acme/api' },
        n: 1.0,
        é: '\u2028',
      });
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/0a1b2c3',
        'x-github-event': 'push',
        'x-github-delivery': id,
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      };
      return { id, status: await callAddress(url, headers, body) };
    },
  };
}
