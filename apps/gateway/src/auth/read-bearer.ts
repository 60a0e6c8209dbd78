import type { IncomingHttpHeaders } from 'node:http';

/** Reads the token of `Authorization: Bearer`; undefined without one. */
export function readBearer(headers: IncomingHttpHeaders): string | undefined {
  return /^Bearer +([^\s]+) *$/i.exec(headers.authorization ?? '')?.[1];
}
