import type { Problem } from '@hookline/service';

const LOOPBACK: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface AddressRule {
  /** Of the field. */
  path: string;
  /** The origins of which one is needed; undefined: any that is safe. */
  origins: readonly string[] | undefined;
  /** The variable that lists them. */
  variable: string;
  /** Whether http on the local machine is safe. */
  allowsLoopback: boolean;
}

/** Checks an address that a browser is sent to or loads. @returns what is wrong with it */
export function checkAddress(text: string, rule: AddressRule): Problem | undefined {
  const { path, origins, variable, allowsLoopback } = rule;
  const refuse = (message: string) => ({ path, message });
  // Browsers read a backslash as a slash, and leave line breaks and tabs out.
  if (/[\\\t\r\n]/.test(text)) return refuse('must have no backslash, tab or line break');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLoopback = url?.protocol === 'http:' && LOOPBACK.has(url.hostname);
  if (!url || !(url.protocol === 'https:' || (allowsLoopback && isLoopback))) {
    return refuse(
      allowsLoopback
        ? 'must be an https address, or an http address of the local machine'
        : 'must be an https address',
    );
  }
  if (url.username !== '' || url.password !== '') return refuse('must have no user name and no password');
  if (origins?.every((origin) => new URL(origin).origin !== url.origin))
    return refuse(`must be an address of an origin that ${variable} lists`);
  return undefined;
}
