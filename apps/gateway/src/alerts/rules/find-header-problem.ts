const NAME = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Set by HTTP itself, or by Hookline on each request. */
const RESERVED =
  /^(host|content-length|content-encoding|transfer-encoding|connection|keep-alive|te|trailer|upgrade|expect|user-agent|cookie2?|(proxy|webhook|x-webhook|hookline|x-hookline)-.*)$/i;

/** Why a channel may not have a header; undefined if it may. */
export function findHeaderProblem(name: string, value: string, type: 'webhook' | 'http'): string | undefined {
  if (!NAME.test(name)) return 'is not the name of a header';
  if (RESERVED.test(name) || (type === 'webhook' && name.toLowerCase() === 'content-type'))
    return 'is set by Hookline or by HTTP itself';
  if (!VALUE.test(value)) return 'has characters that a header cannot carry';
  return undefined;
}
