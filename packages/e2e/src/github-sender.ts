import { createHmac, randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';

export interface GitHubSenderOptions {
  urls: readonly string[];
  secret: string;
  /** Requests under way at once. */
  concurrency: number;
  /** The body of the n-th webhook; small differences keep the events apart. */
  bodyOf: (n: number) => Buffer;
}

/** What happened to what was sent: the evidence that the receiver's journal is compared with. */
export interface SenderJournal {
  /** Event ids that got 2xx. */
  accepted: Set<string>;
  /** Answers other than 2xx by status, and requests without an answer as `none`. */
  refused: Map<string, number>;
}

/** Sends signed `push` webhooks as fast as they are answered, until the signal. */
export async function sendUntil(options: GitHubSenderOptions, signal: AbortSignal): Promise<SenderJournal> {
  const agent = new Agent({ connections: options.concurrency, keepAliveTimeout: 5_000 });
  const journal: SenderJournal = { accepted: new Set(), refused: new Map() };
  let n = 0;
  const refuse = (reason: string) => journal.refused.set(reason, (journal.refused.get(reason) ?? 0) + 1);

  async function sendOne(url: string): Promise<void> {
    const body = options.bodyOf(n++);
    try {
      const answer = await request(url, {
        method: 'POST',
        dispatcher: agent,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'GitHub-Hookshot/e2e',
          'x-github-event': 'push',
          'x-github-delivery': randomUUID(),
          'x-hub-signature-256': `sha256=${createHmac('sha256', options.secret).update(body).digest('hex')}`,
        },
        body,
        headersTimeout: 20_000,
      });
      const text = await answer.body.text();
      const id = /evt_[0-9A-Z]{26}/.exec(text)?.[0];
      if (answer.statusCode >= 200 && answer.statusCode < 300 && id) journal.accepted.add(id);
      else refuse(String(answer.statusCode));
    } catch {
      refuse('none');
      // A service that is being restarted refuses at once: give it a moment.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  await Promise.all(
    Array.from({ length: options.concurrency }, async (_, worker) => {
      const url = options.urls[worker % options.urls.length] as string;
      while (!signal.aborted) await sendOne(url);
    }),
  );
  await agent.close();
  return journal;
}
