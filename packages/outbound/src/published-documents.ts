import { Agent, request } from 'undici';
import { type AddressGuard, AddressNotAllowedError } from './address-guard.ts';
import { createGuardedConnector } from './guarded-connector.ts';
import { maxAgeOf } from './max-age.ts';
import { readBody } from './read-body.ts';

/** A document could not be fetched. The message may be shown to the tenant; the cause is for the log. */
export class DocumentUnavailableError extends Error {
  override readonly name = 'DocumentUnavailableError';
  readonly code = 'document_unavailable';
}

export interface PublishedDocumentsOptions {
  guard: AddressGuard;
  /** For one whole fetch, with the body. Default 3 s: a webhook and its sender wait for it. */
  timeoutMs?: number;
  /** Longer documents are refused. Default 256 KB. */
  maxBytes?: number;
  /** The most documents in memory; beyond it, the least recently used document is dropped. Default 500. */
  maxDocuments?: number;
  /** A monotonic clock, in ms. Default `performance.now`. */
  now?: () => number;
}

export interface PublishedDocuments {
  /**
   * The document at a URL, from memory if it is there and not too old. With `fresh` it is fetched again, because the
   * copy in memory lacks a key that the caller needs; at most once in 10 s for one URL, otherwise the copy is returned.
   * @throws DocumentUnavailableError
   */
  fetchPublished(url: string, options?: { readonly fresh?: boolean }): Promise<Buffer>;
  close(): Promise<void>;
}

const SECOND = 1_000;
const DAY = 86_400 * SECOND;
/** The bounds of the time for which a document is fresh, and the default if it has no Cache-Control. */
const MIN_AGE = 60 * SECOND;
const MAX_AGE = DAY;
const DEFAULT_AGE = 600 * SECOND;
/** How long after that the copy is used while no newer document can be fetched. */
const MAX_STALENESS = DAY;
/** The least time between two fetches of one URL, if the first failed or the second was requested with `fresh`. */
const PAUSE = 10 * SECOND;
/** The most URLs fetched at once, so that a caller who chooses URLs cannot keep the process busy. */
const MAX_IN_FLIGHT = 32;

interface Entry {
  body: Buffer | undefined;
  expiresAt: number;
  /** When the last fetch began. */
  triedAt: number;
  failure: DocumentUnavailableError | undefined;
  pending: Promise<Buffer> | undefined;
}

/**
 * Fetches and caches published documents for verification: key sets and certificates. Simultaneous callers share one
 * fetch.
 */
export function createPublishedDocuments(options: PublishedDocumentsOptions): PublishedDocuments {
  const {
    guard,
    timeoutMs = 3 * SECOND,
    maxBytes = 262_144,
    maxDocuments = 500,
    now = () => performance.now(),
  } = options;
  const agent = new Agent({
    connect: createGuardedConnector(guard, { timeout: timeoutMs, allowH2: false }),
    connections: 4,
    keepAliveTimeout: 4 * SECOND,
    maxHeaderSize: 16_384,
    pipelining: 1,
  });
  const entries = new Map<string, Entry>();
  let inFlight = 0;

  /** The entry of a URL, marked as the most recently used. */
  function entryOf(url: string): Entry {
    const entry = entries.get(url) ?? {
      body: undefined,
      expiresAt: 0,
      triedAt: Number.NEGATIVE_INFINITY,
      failure: undefined,
      pending: undefined,
    };
    entries.delete(url);
    entries.set(url, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= maxDocuments) break;
      entries.delete(oldest);
    }
    return entry;
  }

  function refresh(url: string, entry: Entry): Promise<Buffer> {
    if (entry.pending !== undefined) return entry.pending;
    entry.triedAt = now();
    entry.pending = download(url)
      .then(({ body, ageMs }) => {
        entry.body = body;
        entry.expiresAt = now() + ageMs;
        entry.failure = undefined;
        return body;
      })
      .catch((error: unknown) => {
        entry.failure = toUnavailable(url, error);
        throw entry.failure;
      })
      .finally(() => {
        entry.pending = undefined;
      });
    return entry.pending;
  }

  async function download(text: string): Promise<{ body: Buffer; ageMs: number }> {
    if (inFlight >= MAX_IN_FLIGHT) throw new Error(`${MAX_IN_FLIGHT} documents are being fetched already`);
    inFlight++;
    try {
      const url = guard.parseUrl(text);
      if (url.protocol !== 'https:' && !guard.allowsPrivate) throw new Error('the URL is not https');
      const response = await request(url, {
        dispatcher: agent,
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'Hookline' },
        // Covers the body too: undici's body timeout limits only the time between chunks.
        signal: AbortSignal.timeout(timeoutMs),
      });
      // An aborted body emits an error of its own.
      response.body.on('error', () => undefined);
      if (response.statusCode !== 200) {
        response.body.destroy();
        throw new Error(`the answer is ${response.statusCode}`);
      }
      const body = await readBody(response.body, maxBytes);
      if (body === undefined) throw new Error(`the document is longer than ${maxBytes} bytes`);
      const seconds = maxAgeOf(response.headers['cache-control']?.toString());
      const ageMs = seconds === undefined ? DEFAULT_AGE : seconds * SECOND;
      return { body, ageMs: Math.min(Math.max(ageMs, MIN_AGE), MAX_AGE) };
    } finally {
      inFlight--;
    }
  }

  async function fetchPublished(url: string, { fresh = false } = {}): Promise<Buffer> {
    const entry = entryOf(url);
    const time = now();
    const inPause = time - entry.triedAt < PAUSE;
    const kept = time < entry.expiresAt + MAX_STALENESS ? entry.body : undefined;
    if (kept !== undefined && (!fresh || (inPause && entry.pending === undefined))) {
      // A failure is ignored here: it is thrown only to callers for whom there is no copy.
      if (time >= entry.expiresAt && !inPause) refresh(url, entry).catch(() => undefined);
      return kept;
    }
    if (entry.failure !== undefined && inPause && entry.pending === undefined) throw entry.failure;
    try {
      return await refresh(url, entry);
    } catch (error) {
      if (kept !== undefined) return kept;
      throw error;
    }
  }

  return { fetchPublished, close: () => agent.destroy() };
}

function toUnavailable(url: string, error: unknown): DocumentUnavailableError {
  return new DocumentUnavailableError(`${url} could not be fetched: ${reasonOf(error)}`, { cause: error });
}

/** The reason without addresses: the message of a system error has the address that it connected to. */
function reasonOf(error: unknown): string {
  if (error instanceof AddressNotAllowedError) return `the URL ${error.publicMessage}`;
  if (!(error instanceof Error)) return 'an unknown error';
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : error.message;
}
