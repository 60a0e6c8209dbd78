import type { FastifyRequest } from 'fastify';

/** The tenant that an operator names, in the query or in the body. */
export function namedTenant({ query, body }: Pick<FastifyRequest, 'query' | 'body'>): string | undefined {
  return textOf(query, 'userId') ?? textOf(body, 'userId');
}

/** The text of a member of a value that may be anything. */
export function textOf(value: unknown, name: string): string | undefined {
  const member =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  return typeof member === 'string' ? member : undefined;
}
