const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Set by HTTP itself, or by Hookline on each request. */
const RESERVED = new Set([
  'host',
  'content-length',
  'content-encoding',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'user-agent',
  'cookie',
  'cookie2',
]);
const RESERVED_PREFIX = /^(?:proxy|webhook|x-webhook|hookline|x-hookline)-/;

/** Why a channel may not have a header; undefined if it may. */
export function findHeaderProblem(name: string, value: string, type: 'webhook' | 'http'): string | undefined {
  if (!NAME.test(name)) return 'is not the name of a header';
  const lower = name.toLowerCase();
  if (RESERVED.has(lower) || RESERVED_PREFIX.test(lower) || (type === 'webhook' && lower === 'content-type'))
    return 'is set by Hookline or by HTTP itself';
  if (!VALUE.test(value)) return 'has characters that a header cannot carry';
  return undefined;
}
