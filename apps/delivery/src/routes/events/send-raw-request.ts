import type { FastifyReply } from 'fastify';
import { REDACTED } from '../../endpoints/headers/redact-headers.ts';
import { asBuffer } from '../../pipeline/delivery/request-content.ts';
import { shownUrlOf } from './present-request.ts';
import type { ReadRequest } from './read-kept-request.ts';

/** HTTP clients accept 16 KB of headers, Hookline's headers included. */
const MAX_HEADER_BYTES = 8_192;

/**
 * Answers with the original bytes of a request. They come from a third party and are served on our origin, so a browser must
 * neither show them as a page nor guess their content type.
 */
export function sendRawRequest(reply: FastifyReply, request: ReadRequest): FastifyReply {
  const originals = new Map<string, string>();
  let bytes = 0;
  for (const { name, value, isSealed } of request.headers) {
    const shown = isSealed ? REDACTED : value;
    bytes += name.length + shown.length;
    if (bytes > MAX_HEADER_BYTES) break;
    const before = originals.get(name);
    originals.set(name, before === undefined ? shown : `${before}, ${shown}`);
  }
  for (const [name, value] of originals) reply.header(`x-original-${name}`, value);
  return reply
    .code(200)
    .headers({
      'hookline-request-method': request.method,
      'hookline-request-url': shownUrlOf(request).slice(0, MAX_HEADER_BYTES / 2),
      'content-type': originals.get('content-type') ?? 'application/octet-stream',
      'content-disposition': `attachment; filename="${request.eventId}.body"`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      vary: 'accept',
    })
    .send(asBuffer(request.body));
}
