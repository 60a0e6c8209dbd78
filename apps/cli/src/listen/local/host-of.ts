/** The host to connect to: of IPv6 without the brackets of the URL. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1');

/** The path and the query of an address, unchanged. */
export const targetOf = (url: string): string => url.slice(new URL(url).origin.length) || '/';
