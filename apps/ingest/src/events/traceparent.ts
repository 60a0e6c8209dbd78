import { randomFillSync } from 'node:crypto';
import { isTraceparent } from '@hookline/service';

/** 16 bytes of trace id, 8 of span id. */
const BYTES_PER_TRACE = 24;
const pool = Buffer.alloc(BYTES_PER_TRACE * 128);
let at = pool.length;

/** The request's W3C trace context if it is valid, else the start of a new trace. */
export function traceparentOf(header: string | undefined): string {
  return header !== undefined && isTraceparent(header) ? header : createTraceparent();
}

function createTraceparent(): string {
  if (at === pool.length) {
    randomFillSync(pool);
    at = 0;
  }
  const hex = pool.toString('hex', at, at + BYTES_PER_TRACE);
  at += BYTES_PER_TRACE;
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`;
}
