import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ApiError } from '@hookline/contracts';
import { type Provider, type ReceiveInput, type Reception, receiveWebhook } from '@hookline/providers';
import { Piscina } from 'piscina';
import { asBuffer, type LargeBodyTask } from './receive-in-thread.ts';

/** `receiveWebhook`, in this or another thread. */
export type Receive = (provider: Provider, input: ReceiveInput) => Promise<Reception>;

export interface LargeBodyReceiver {
  receive: Receive;
  close(): Promise<void>;
}

/**
 * From this size, a body is verified and parsed in another thread. 25 MB take half a second, in which no other
 * request would be answered; half a megabyte takes 10 ms, about as long as the transfer to the thread and back.
 */
const LARGE_BYTES = 524_288;
/** Idle threads end; the next large body waits for one to start. */
const IDLE_MS = 30_000;
/** Includes the wait for a thread; 25 MB take half a second. Providers wait 10 s, many of them less. */
const TIMEOUT_MS = 20_000;
const RETRY_AFTER_SECONDS = 5;

/** The queue is bounded by the bytes in flight, which include waiting bodies. */
export function createLargeBodyReceiver(): LargeBodyReceiver {
  const isSource = import.meta.url.endsWith('.ts');
  const pool = new Piscina<LargeBodyTask, Reception>({
    filename: fileURLToPath(new URL(`./receive-in-thread.${isSource ? 'ts' : 'js'}`, import.meta.url)),
    // A thread that runs from source reads the other packages' source as well.
    execArgv: isSource ? ['--conditions=@hookline/source'] : [],
    minThreads: 0,
    maxThreads: Math.max(1, Math.min(4, availableParallelism() - 1)),
    idleTimeout: IDLE_MS,
  });

  async function runInThread(task: LargeBodyTask): Promise<Reception> {
    try {
      return await pool.run(task, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    } catch (error) {
      // The thread took too long and was ended, or crashed on the body. The sender tries again; nothing is lost.
      throw new ApiError('overloaded', {
        message: 'The body could not be read in time; send it again',
        retryAfterSeconds: RETRY_AFTER_SECONDS,
        cause: error,
      });
    }
  }

  async function receiveInThread(provider: Provider, input: ReceiveInput): Promise<Reception> {
    const { request } = input;
    const reception = await runInThread({
      providerId: provider.id,
      request: {
        method: request.method,
        headers: { ...request.headers },
        query: request.query.toString(),
        url: request.url,
        rawBody: request.rawBody,
        decodedBody: request.decodedBody,
        encodingProblem: request.encodingProblem,
        strangeEncoding: request.strangeEncoding,
        receivedAtMs: request.receivedAtMs,
      },
      secrets: input.secrets,
      verifyTokens: input.verifyTokens ?? [],
      toleranceSeconds: input.toleranceSeconds,
      options: input.options ?? {},
      addressAllowed: input.addressAllowed ?? false,
      dedupe: input.dedupe,
      repeatWindowMs: input.repeatWindowMs,
    });
    if (reception.kind === 'events') {
      const events = reception.events.map((event) => ({ ...event, payload: asBuffer(event.payload) }));
      return { ...reception, events };
    }
    // Keys are fetched and cached in the main thread only.
    const needsKeys = reception.kind === 'rejected' && reception.rejection.code === 'keys_unavailable';
    return needsKeys ? await receiveWebhook(provider, input) : reception;
  }

  return {
    receive: (provider, input) =>
      (input.request.decodedBody ?? input.request.rawBody).length < LARGE_BYTES
        ? receiveWebhook(provider, input)
        : receiveInThread(provider, input),
    close: () => pool.close(),
  };
}
