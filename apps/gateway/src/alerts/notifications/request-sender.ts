import { type AddressGuard, AddressNotAllowedError, createGuardedConnector } from '@hookline/outbound';
import { Agent, request } from 'undici';
import type { ChannelRequest } from './channels/channel-request.ts';
import type { HideSecrets } from './channels/hide-secrets.ts';
import { failed, hung, type Outcome, sent } from './outcome.ts';

/** Sends requests to channels, whose addresses strangers may have chosen. */
export interface RequestSender {
  /** @param hide takes the secrets of the channel out of what its host answers */
  send(request: ChannelRequest, hide: HideSecrets): Promise<Outcome>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 5_000;
/** Of an answer, to say why it refused. */
const MAX_SHOWN_CHARACTERS = 300;
/** More than is shown, so that a secret that begins there is found as a whole. */
const MAX_READ_BYTES = 16_384;

export function createRequestSender(guard: AddressGuard, userAgent: string): RequestSender {
  const agent = new Agent({
    connect: createGuardedConnector(guard, { timeout: CONNECT_TIMEOUT_MS, allowH2: false }),
    // The notifier has a bound. A request that waited for a connection here would use up its time unsent.
    connections: null,
    keepAliveTimeout: 4_000,
    maxHeaderSize: 16_384,
    pipelining: 1,
  });
  return {
    async send({ method, url, headers, body }, hide) {
      try {
        const answer = await request(guard.parseUrl(url), {
          dispatcher: agent,
          method,
          headers: { ...headers, 'user-agent': userAgent, 'accept-encoding': 'identity' },
          body: body ?? null,
          // Covers the answer too. A redirect is not followed.
          signal: AbortSignal.timeout(TIMEOUT_MS),
        });
        const { statusCode } = answer;
        if (statusCode >= 200 && statusCode < 300) {
          answer.body.on('error', () => undefined).destroy();
          return sent(statusCode);
        }
        const start = hide(await readStart(answer.body), MAX_SHOWN_CHARACTERS).trim();
        return failed(`The answer was ${statusCode}${start === '' ? '' : `: ${start}`}`, statusCode);
      } catch (error) {
        const reason = hide(describe(error));
        return isTimeout(error) ? hung(reason) : failed(reason);
      }
    },
    close: () => agent.destroy(),
  };
}

const TIMEOUTS: ReadonlySet<string | undefined> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT']);

const BROKEN = 'The connection was closed before the answer';
/** For the codes of Node and undici that a person would have to look up. */
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The host refused the connection',
  ECONNRESET: BROKEN,
  EPIPE: BROKEN,
  UND_ERR_SOCKET: BROKEN,
  UND_ERR_CONNECT_TIMEOUT: `No connection was made within ${CONNECT_TIMEOUT_MS / 1_000} s`,
  ENOTFOUND: 'The host name does not resolve',
};

function isTimeout(error: unknown): boolean {
  const { name, code } = error as Error & { code?: string };
  return name === 'TimeoutError' || TIMEOUTS.has(code);
}

function describe(error: unknown): string {
  if (error instanceof AddressNotAllowedError) return `The address ${error.publicMessage}`;
  const { name, code, message } = error as Error & { code?: string };
  if (name === 'TimeoutError') return `No answer came within ${TIMEOUT_MS / 1_000} s`;
  return code === undefined ? message : (REASONS[code] ?? `The request failed: ${code}`);
}

/** The start of an answer, which is not read to its end. */
async function readStart(
  body: AsyncIterable<Buffer> & { on(event: 'error', listener: () => void): unknown },
): Promise<string> {
  // A body that is left early emits an error of its own.
  body.on('error', () => undefined);
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= MAX_READ_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_READ_BYTES).toString('utf8');
}
