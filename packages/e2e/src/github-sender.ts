import { createHmac, randomUUID } from 'node:crypto';
import { Agent, request } from 'undici';

export interface GitHubSenderOptions {
  urls: readonly string[];
  secret: string;
  /** The number of concurrent requests. */
  concurrency: number;
  /** The body of the n-th webhook; small differences make the events distinct. */
  bodyOf: (n: number) => Buffer;
}

/** The answers to the sent webhooks, which a test compares with the requests that the receiver got. */
export interface SenderJournal {
  /** Ids of events that were answered 2xx. */
  accepted: Set<string>;
  /** Answers other than 2xx by status, and requests without an answer as `none`. */
  refused: Map<string, number>;
  /** The longest time until an answer. */
  slowestMs: number;
}

/** Sends signed `push` webhooks as fast as they are answered, until the signal. */
export async function sendUntil(options: GitHubSenderOptions, signal: AbortSignal): Promise<SenderJournal> {
  const sender = createSender(options.secret, options.concurrency);
  let n = 0;
  await Promise.all(
    Array.from({ length: options.concurrency }, async (_, worker) => {
      const url = options.urls[worker % options.urls.length] as string;
      while (!signal.aborted) await sender.send(url, options.bodyOf(n++));
    }),
  );
  return await sender.finish();
}

export interface RatedSenderOptions extends Omit<GitHubSenderOptions, 'concurrency'> {
  ratePerSecond: number;
  durationMs: number;
}

/** Sends at a fixed rate without waiting for answers, because providers do not wait for each other. */
export async function sendAtRate(options: RatedSenderOptions): Promise<SenderJournal> {
  const sender = createSender(options.secret, null);
  const startedAt = performance.now();
  const total = Math.floor((options.ratePerSecond * options.durationMs) / 1_000);
  const sending: Promise<void>[] = [];
  for (let n = 0; n < total; ) {
    const due = Math.min(total, ((performance.now() - startedAt) * options.ratePerSecond) / 1_000);
    for (; n < due; n++) {
      sending.push(sender.send(options.urls[n % options.urls.length] as string, options.bodyOf(n)));
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await Promise.all(sending);
  return await sender.finish();
}

function createSender(secret: string, connections: number | null) {
  const agent = new Agent({ connections, keepAliveTimeout: 5_000 });
  const journal: SenderJournal = { accepted: new Set(), refused: new Map(), slowestMs: 0 };
  const refuse = (reason: string) => journal.refused.set(reason, (journal.refused.get(reason) ?? 0) + 1);
  return {
    async send(url: string, body: Buffer): Promise<void> {
      const startedAt = performance.now();
      try {
        const answer = await request(url, {
          method: 'POST',
          dispatcher: agent,
          headers: {
            'content-type': 'application/json',
            'user-agent': 'GitHub-Hookshot/e2e',
            'x-github-event': 'push',
            'x-github-delivery': randomUUID(),
            'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
          },
          body,
          headersTimeout: 20_000,
        });
        const text = await answer.body.text();
        const id = /evt_[0-9A-Z]{26}/.exec(text)?.[0];
        if (answer.statusCode >= 200 && answer.statusCode < 300 && id) journal.accepted.add(id);
        else refuse(String(answer.statusCode));
        journal.slowestMs = Math.max(journal.slowestMs, performance.now() - startedAt);
      } catch {
        refuse('none');
        // A restarting service refuses connections at once, so wait a moment.
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async finish(): Promise<SenderJournal> {
      await agent.close();
      return journal;
    },
  };
}
