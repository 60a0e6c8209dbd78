import { performance } from 'node:perf_hooks';

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 65_536;

export interface PushResult {
  /** 0 if no answer came. */
  readonly status: number;
  /** The start of the answer, as text. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly duration: number;
  /** Why no answer came. */
  readonly failure?: string;
}

export interface Push {
  readonly method?: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Default 10 s. */
  readonly timeoutMs?: number;
}

/** Sends a request to an address of the application. Never rejects; takes 10 seconds and reads 64 KB at most. */
export type SendPush = (push: Push) => Promise<PushResult>;

/** @param signal aborts what is under way, when the emulators close */
export function createSendPush(signal: AbortSignal): SendPush {
  return (push) => sendPush(push, signal);
}

async function sendPush(push: Push, signal: AbortSignal): Promise<PushResult> {
  const start = performance.now();
  const elapsed = () => Math.round(performance.now() - start) / 1000;
  try {
    const response = await fetch(push.url, {
      method: push.method ?? 'POST',
      headers: { ...push.headers },
      ...(push.body !== undefined && { body: push.body }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(push.timeoutMs ?? TIMEOUT_MS)]),
    });
    const body = await readStart(response);
    return {
      status: response.status,
      body,
      headers: Object.fromEntries(response.headers),
      duration: elapsed(),
    };
  } catch (error) {
    const failure = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { status: 0, body: '', headers: {}, duration: elapsed(), failure };
  }
}

async function readStart(response: Response): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(Buffer.from(chunk));
    bytes += chunk.byteLength;
    if (bytes >= MAX_ANSWER_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_ANSWER_BYTES).toString('utf8');
}
