import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { numberOf, ownOrigin, queryParameters } from '../../core/parameters.ts';
import type { Caller } from '../state.ts';

/** One page of a list with its Link header. */
export function pageOf<Item>(
  request: FastifyRequest,
  reply: FastifyReply,
  items: readonly Item[],
  normal = 30,
  maximum = 100,
): Item[] {
  const query = queryParameters(request);
  const size = numberOf(query['per_page'], normal, 1, maximum);
  const page = numberOf(query['page'], 1, 1, 1_000_000);
  const last = Math.max(1, Math.ceil(items.length / size));
  const links: string[] = [];
  const link = (number: number, relation: string) =>
    links.push(`<${addressOf(request, { page: String(number) })}>; rel="${relation}"`);
  if (page > 1) {
    link(page - 1, 'prev');
    link(1, 'first');
  }
  if (page < last) {
    link(page + 1, 'next');
    link(last, 'last');
  }
  if (links.length > 0) reply.header('link', links.join(', '));
  return items.slice((page - 1) * size, page * size);
}

/** The address of the request with other parameters; an empty text removes one. */
export function addressOf(request: FastifyRequest, changes: Readonly<Record<string, string>>): string {
  const address = new URL(request.url, ownOrigin(request));
  for (const [name, value] of Object.entries(changes)) {
    if (value === '') address.searchParams.delete(name);
    else address.searchParams.set(name, value);
  }
  return address.href;
}

/** The body with its ETag, or 304, which does not count against the rate limit. */
export function sendWithEtag(
  request: FastifyRequest,
  reply: FastifyReply,
  caller: Caller,
  body: unknown,
): FastifyReply {
  const text = JSON.stringify(body);
  const etag = `W/"${createHash('sha256').update(text).digest('hex')}"`;
  reply.header('etag', etag).header('cache-control', 'private, max-age=60, s-maxage=60');
  const known = request.headers['if-none-match'];
  if (known !== undefined && known.replace(/^W\//, '') === etag.replace(/^W\//, '')) {
    caller.uncounted = true;
    return reply.code(304).send();
  }
  return reply.header('content-type', 'application/json; charset=utf-8').send(text);
}
