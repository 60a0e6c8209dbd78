import { encodeKeptRequest, isKeptMethod } from '@hookline/bus';
import { type KeptHeader, MAX_KEPT_HEADER_BYTES } from '@hookline/contracts';
import { namesInConnection, type RequestSecrets, readHeaderName } from './kept-header-check.ts';

/** A received request with the settings for storing it. */
export interface IncomingRequest {
  method: string;
  /** Path and query as they were sent. */
  target: string;
  /** Scheme and host that providers call. */
  origin: string;
  /** Names and values in turn, as Node's `rawHeaders`. */
  rawHeaders: readonly string[];
  connection: string | undefined;
  body: Buffer;
  /**
   * Payload of its only event. Undefined: the request brought several events, and its body is stored whatever the
   * payloads are.
   */
  payload: Buffer | undefined;
  secrets: RequestSecrets;
  seal: (plain: string) => string;
}

/** Limit on the names of omitted headers. */
const MAX_LEFT_OUT = 50;
const MAX_LEFT_OUT_NAME_LENGTH = 200;

/**
 * The request in the form in which it is sent and stored with its events.
 * @returns undefined for a request that could not be sent on; a promise if its body is large
 */
export function keepRequest(request: IncomingRequest): Buffer | Promise<Buffer> | undefined {
  const { method, target, origin, body, payload, secrets, seal } = request;
  if (!isKeptMethod(method)) return undefined;
  const queryAt = target.indexOf('?');
  const wholePath = queryAt === -1 ? target : target.slice(0, queryAt);
  const query = queryAt === -1 ? '' : target.slice(queryAt + 1);
  const isQuerySealed = query !== '' && hasSecret(query, secrets);
  const suffixAt = suffixStart(wholePath);
  const { headers, headersLeftOut } = keepHeaders(request);
  return encodeKeptRequest({
    method,
    origin,
    path: wholePath.slice(0, suffixAt),
    pathSuffix: wholePath.slice(suffixAt),
    query: isQuerySealed ? seal(query) : query,
    isQuerySealed,
    headers,
    headersLeftOut,
    body: payload !== undefined && isSame(body, payload) ? undefined : body,
  });
}

/** The path after the address of a source, `/in/<token>`. */
export function suffixStart(path: string): number {
  if (!path.startsWith('/in/')) return path.length;
  const slash = path.indexOf('/', 4);
  return slash === -1 ? path.length : slash;
}

/** A payload is usually the received buffer itself. */
function isSame(body: Buffer, payload: Buffer): boolean {
  return body === payload || (body.length === payload.length && body.equals(payload));
}

function hasSecret(query: string, secrets: RequestSecrets): boolean {
  for (const name of new URLSearchParams(query).keys()) if (secrets.isSecretParameter(name)) return true;
  return false;
}

function keepHeaders({ rawHeaders, connection, secrets, seal }: IncomingRequest): {
  headers: KeptHeader[];
  headersLeftOut: string[];
} {
  const inConnection = namesInConnection(connection);
  const headers: KeptHeader[] = [];
  const headersLeftOut: string[] = [];
  let bytes = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = readHeaderName(rawHeaders[index] as string);
    const name = header.lowerCase;
    if (header.staysBehind || inConnection.has(name)) continue;
    const value = rawHeaders[index + 1] as string;
    bytes += name.length + value.length;
    if (bytes > MAX_KEPT_HEADER_BYTES) {
      // A smaller header after it may still fit.
      bytes -= name.length + value.length;
      if (headersLeftOut.length < MAX_LEFT_OUT) headersLeftOut.push(name.slice(0, MAX_LEFT_OUT_NAME_LENGTH));
      continue;
    }
    const isSealed = secrets.isSecretHeader(header);
    headers.push({ name, value: isSealed ? seal(value) : value, isSealed });
  }
  return { headers, headersLeftOut };
}
