import { randomUUID } from 'node:crypto';
import { sign } from '@octokit/webhooks-methods';
import type { GitHubPayload } from './github-examples.ts';

export interface SentWebhook {
  payload: GitHubPayload;
  status: number;
  /** The id of the event that Hookline stored; undefined if the payload was not accepted. */
  eventId: string | undefined;
  answer: string;
  /** The time at which the whole answer had arrived. */
  answeredAtMs: number;
}

/** Sends one payload as GitHub does, with GitHub's headers and a signature from GitHub's own package. */
export async function sendAsGitHub(
  url: string,
  secret: string,
  payload: GitHubPayload,
): Promise<SentWebhook> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/demo',
      'x-github-event': payload.event,
      'x-github-delivery': randomUUID(),
      'x-hub-signature-256': await sign(secret, payload.body.toString('utf8')),
    },
    body: payload.body,
    signal: AbortSignal.timeout(30_000),
  });
  const answer = await response.text();
  return {
    payload,
    status: response.status,
    eventId: /evt_[0-9A-Z]{26}/.exec(answer)?.[0],
    answer,
    answeredAtMs: performance.now(),
  };
}
