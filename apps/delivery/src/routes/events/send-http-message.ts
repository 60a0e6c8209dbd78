import type { KeptHeader } from '@hookline/contracts';
import type { FastifyReply } from 'fastify';
import { REDACTED } from '../../endpoints/headers/redact-headers.ts';
import { asBuffer } from '../../pipeline/delivery/request-content.ts';
import type { ReadRequest } from './read-kept-request.ts';

/** The media type of a whole HTTP message (RFC 9112, 10.1). */
const MEDIA_TYPE = 'message/http';
/** For names in headers of the answer: HTTP clients accept 16 KB of headers in all. */
const MAX_LISTED_BYTES = 2_048;

/** Whether an Accept header asks for a whole HTTP message. */
export function asksForMessage(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  return accept.split(',').some((each) => {
    const [type = '', ...parameters] = each.split(';');
    const isRefused = parameters.some((parameter) => /^\s*q=0(\.0*)?\s*$/i.test(parameter));
    return type.trim().toLowerCase() === MEDIA_TYPE && !isRefused;
  });
}

/**
 * Answers with a request as an HTTP/1.1 message: request line, headers in the order in which they were sent, and the
 * original bytes of the body. `Host` and `Content-Length`, which are not stored, are those of the original.
 */
export function sendHttpMessage(
  reply: FastifyReply,
  request: ReadRequest & { isKept: boolean },
): FastifyReply {
  const redacted = request.headers.filter(({ isSealed }) => isSealed).map(({ name }) => name);
  if (request.isQuerySealed) redacted.unshift('query');
  return reply
    .code(200)
    .headers({
      'content-type': `${MEDIA_TYPE};version=1.1;msgtype=request`,
      'content-disposition': `attachment; filename="${request.eventId}.http"`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      vary: 'accept',
      'hookline-request-kept': String(request.isKept),
      ...named('hookline-redacted', redacted),
      ...named('hookline-headers-left-out', request.headersLeftOut),
      ...(request.pathSuffix === '' ? {} : { 'hookline-path-suffix': request.pathSuffix }),
    })
    .send(Buffer.concat([Buffer.from(headOf(request), 'latin1'), asBuffer(request.body)]));
}

function named(header: string, names: readonly string[]): Record<string, string> {
  const text = [...new Set(names)].join(', ');
  return text === '' ? {} : { [header]: text.slice(0, MAX_LISTED_BYTES) };
}

/** In ISO 8859-1, like HTTP headers. */
export function headOf({
  method,
  origin,
  path,
  pathSuffix,
  query,
  isQuerySealed,
  headers,
  body,
}: ReadRequest): string {
  const target = `${path}${pathSuffix}${query === '' || isQuerySealed ? '' : `?${query}`}`;
  const lines = [
    `${method} ${target === '' ? '/' : target} HTTP/1.1`,
    ...(origin === '' ? [] : [`host: ${new URL(origin).host}`]),
    ...headers.map(toLine),
    ...(body.length === 0 && (method === 'GET' || method === 'HEAD')
      ? []
      : [`content-length: ${body.length}`]),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

const toLine = ({ name, value, isSealed }: KeptHeader) => `${name}: ${isSealed ? REDACTED : value}`;
