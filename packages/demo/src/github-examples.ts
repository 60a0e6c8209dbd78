import { createRequire } from 'node:module';

interface Example {
  name: string;
  examples: unknown[];
}

export interface GitHubPayload {
  /** GitHub's name of the event, the value of X-GitHub-Event. */
  event: string;
  body: Buffer;
}

/** Every payload of `@octokit/webhooks-examples`, as the bytes that GitHub would send. */
export function loadGitHubExamples(): GitHubPayload[] {
  const examples = createRequire(import.meta.url)('@octokit/webhooks-examples') as Example[];
  return examples.flatMap(({ name, examples: payloads }) =>
    payloads.map((payload) => ({ event: name, body: Buffer.from(JSON.stringify(payload)) })),
  );
}
