import type { FastifyRequest } from 'fastify';

/** Parameters by name; of a repeated name, the last one. */
export type Parameters = Readonly<Record<string, string>>;

/** The fields of a form or the texts, numbers and booleans of a JSON object; empty for other bodies. */
export function bodyParameters(request: FastifyRequest): Parameters {
  return textsOf(request.body);
}

export function queryParameters(request: FastifyRequest): Parameters {
  return textsOf(request.query);
}

/** Query and body together. The body wins. */
export function allParameters(request: FastifyRequest): Parameters {
  return { ...queryParameters(request), ...bodyParameters(request) };
}

export interface ClientCredentials {
  readonly clientId: string | undefined;
  readonly clientSecret: string | undefined;
}

/** From `Authorization: Basic`, otherwise from the parameters. */
export function clientCredentials(request: FastifyRequest, parameters: Parameters): ClientCredentials {
  const [scheme, value] = (request.headers.authorization ?? '').split(' ');
  if (scheme?.toLowerCase() === 'basic' && value !== undefined) {
    const text = Buffer.from(value, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    if (colon > 0)
      return { clientId: decode(text.slice(0, colon)), clientSecret: decode(text.slice(colon + 1)) };
  }
  return { clientId: parameters['client_id'], clientSecret: parameters['client_secret'] };
}

/** The token of `Authorization: Bearer`, or of `Authorization: token` as GitHub permits. */
export function bearerToken(request: FastifyRequest): string | undefined {
  return /^(?:bearer|token|bot)\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/** The address at which the caller reached the emulators, without a path. */
export function ownOrigin(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}

/** A number of a query, limited; the default if it is missing or not a number. */
export function numberOf(
  text: string | undefined,
  fallback: number,
  minimum: number,
  maximum: number,
): number {
  const value = text === undefined || !/^\d{1,9}$/.test(text) ? fallback : Number(text);
  return Math.min(maximum, Math.max(minimum, value));
}

function textsOf(value: unknown): Parameters {
  const texts: Record<string, string> = {};
  if (typeof value !== 'object' || value === null) return texts;
  for (const [name, member] of Object.entries(value)) {
    const last: unknown = Array.isArray(member) ? member.at(-1) : member;
    if (typeof last === 'string') texts[name] = last;
    else if (typeof last === 'number' || typeof last === 'boolean') texts[name] = String(last);
  }
  return texts;
}

/** RFC 6749 percent-encodes both parts; many clients do not. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
