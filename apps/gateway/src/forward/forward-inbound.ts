import type { IncomingMessage } from 'node:http';
import { type Readable, Transform } from 'node:stream';
import { ApiError } from '@hookline/contracts';
import { spanOf } from '@hookline/service';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { abortOnClose } from './abort-on-close.ts';
import { createHopByHopCheck } from './hop-by-hop.ts';
import { sendAnswer } from './send-answer.ts';
import type { Upstream } from './upstream.ts';

/** GitHub sends up to 25 MB. Ingest has a limit of its own. */
export const MAX_INBOUND_BODY_BYTES = 26 * 1024 * 1024;

const INTERNAL_PREFIX = 'x-hookline-';

/**
 * Forwards a provider's webhook to ingest unchanged: its path, its raw bytes and every header, because a signature may cover
 * any of them. Only hop-by-hop headers and the internal headers of our services are removed. The body is streamed.
 */
export async function forwardInbound(
  upstream: Upstream,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { raw } = request;
  if ((raw.headersDistinct['host']?.length ?? 0) > 1) throw new ApiError('duplicate_header');
  if (Number(request.headers['content-length'] ?? 0) > MAX_INBOUND_BODY_BYTES) throw tooLarge(reply);

  const source = request.body as Readable | undefined;
  const body = source && limitBytes(source, MAX_INBOUND_BODY_BYTES);
  const span = spanOf(request);
  const headers = copyHeaders(raw, source !== undefined, span !== undefined);
  if (span) headers.push('traceparent', span.traceparent);
  if (request.headers['x-request-id'] === undefined) headers.push('x-request-id', request.id);
  // The address of the caller, for rate limits and allowed addresses. Ingest accepts it from trusted proxies alone.
  if (raw.socket.remoteAddress !== undefined) headers.push('x-forwarded-for', raw.socket.remoteAddress);

  const signal = abortOnClose(reply);
  try {
    const answer = await upstream.send({
      method: request.method,
      path: raw.url as string,
      headers,
      body,
      signal,
    });
    if (!raw.complete) dropRest(raw, reply);
    return sendAnswer(reply, answer);
  } catch (error) {
    if (signal.aborted) return reply.hijack();
    if (!raw.complete) dropRest(raw, reply);
    throw error instanceof BodyTooLarge ? tooLarge(reply) : error;
  }
}

class BodyTooLarge extends Error {}

function tooLarge(reply: FastifyReply): ApiError {
  reply.header('connection', 'close');
  return new ApiError('payload_too_large', {
    message: `The body must not be larger than ${MAX_INBOUND_BODY_BYTES / 1024 / 1024} MiB`,
  });
}

/** Closes the connection after an answer that came before the whole request: the rest of the body is still arriving. */
function dropRest(raw: IncomingMessage, reply: FastifyReply): void {
  reply.header('connection', 'close');
  raw.unpipe();
  raw.resume();
}

function limitBytes(source: Readable, maxBytes: number): Readable {
  let bytes = 0;
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(new BodyTooLarge());
      else done(null, chunk);
    },
  });
  source.once('error', (error) => counted.destroy(error));
  return source.pipe(counted);
}

/** @param isTraced the gateway's own span takes the place of the caller's `traceparent` */
function copyHeaders(raw: IncomingMessage, hasBody: boolean, isTraced: boolean): string[] {
  const staysBehind = createHopByHopCheck(raw.headers.connection);
  const copied: string[] = [];
  for (let index = 0; index < raw.rawHeaders.length; index += 2) {
    const name = raw.rawHeaders[index] as string;
    const lower = name.toLowerCase();
    if (staysBehind(lower) || lower.startsWith(INTERNAL_PREFIX)) continue;
    if (lower === 'content-length' && !hasBody) continue;
    if (lower === 'traceparent' && isTraced) continue;
    copied.push(name, raw.rawHeaders[index + 1] as string);
  }
  return copied;
}
