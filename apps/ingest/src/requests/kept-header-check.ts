import type { Provider } from '@hookline/providers';

/**
 * Headers that say nothing of the provider's request: those of one connection (RFC 9110, 7.6.1), those that whoever
 * sends the request on sets again, cookies, and what proxies before this installation have noted.
 */
const LEFT_BEHIND: ReadonlySet<string> = new Set([
  'cdn-loop',
  'cf-connecting-ip',
  'cf-connecting-ipv6',
  'cf-ew-via',
  'cf-ipcountry',
  'cf-pseudo-ipv4',
  'cf-ray',
  'cf-visitor',
  'connection',
  'content-length',
  'cookie',
  'cookie2',
  'expect',
  'fastly-client-ip',
  'fly-client-ip',
  'forwarded',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'true-client-ip',
  'upgrade',
  'via',
  'x-azure-clientip',
  'x-azure-socketip',
  'x-client-ip',
  'x-cluster-client-ip',
  'x-envoy-external-address',
  'x-envoy-peer-metadata',
  'x-original-forwarded-for',
  'x-original-host',
  'x-real-ip',
]);
const LEFT_BEHIND_PREFIXES = ['x-forwarded-', 'x-hookline-'];

/** Words by which a name says that its value is a secret. */
const SECRET_WORDS = /token|secret|passw|api-?key|access-?key|auth-?key/i;

/** Whether a header stays behind. The name is in lower case. */
export function createLeftBehindCheck(connection: string | undefined): (name: string) => boolean {
  const named = connection?.split(',').map((each) => each.trim().toLowerCase());
  return (name) =>
    LEFT_BEHIND.has(name) ||
    LEFT_BEHIND_PREFIXES.some((prefix) => name.startsWith(prefix)) ||
    named?.includes(name) === true;
}

/** What of a provider's requests is a secret and must be kept sealed. */
export interface RequestSecrets {
  isSecretHeader(name: string): boolean;
  isSecretParameter(name: string): boolean;
}

/** @param options of the source: the header with the secret may be one that it names */
export function requestSecretsOf(
  { preset }: Pick<Provider, 'preset'>,
  options: Readonly<Record<string, string>> | undefined,
): RequestSecrets {
  const token = preset !== undefined && 'token' in preset.scheme ? preset.scheme.token : undefined;
  const header = token && 'header' in token ? (options?.['header'] ?? token.header).toLowerCase() : undefined;
  const parameter = token && 'query' in token ? token.query : undefined;
  return {
    isSecretHeader: (name) => name === 'authorization' || name === header || SECRET_WORDS.test(name),
    isSecretParameter: (name) => name === parameter || SECRET_WORDS.test(name),
  };
}
