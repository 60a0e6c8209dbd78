/** The answer to a write, as it is kept for repeats. */
export interface KeptAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  /** Undefined: it was larger than what is kept. */
  body: string | undefined;
}

/** The largest body that is kept. Answers to writes are some KB at most; only `explain` and `diagnose` quote payloads. */
export const MAX_KEPT_BYTES = 256 * 1024;

/** The headers that belong to the body. All others are about one request. */
const KEPT_HEADERS = ['content-type', 'content-disposition', 'location'];

export function keptHeaders(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    KEPT_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, String(headers[name])]])),
  );
}

/**
 * Whether the answer to a call is kept for repeats. Not kept are answers that say that nothing was done and that the same
 * call may succeed later, or that the call itself must be changed: its key may then be used again.
 */
export function isKept(status: number): boolean {
  if (status >= 500) return false;
  return !NOT_KEPT.has(status);
}

const NOT_KEPT: ReadonlySet<number> = new Set([
  400, // not valid
  401,
  408, // did not arrive
  413,
  415,
  422, // not valid, as the owner of the operation judges
  429,
]);
