import type { Provider } from '@hookline/providers';
import { namesSecret } from './names-secret.ts';

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

/** What a header's name says by itself, whoever sends it. */
export interface HeaderName {
  readonly lowerCase: string;
  /** The header stays behind in every request. */
  readonly staysBehind: boolean;
  /** It says that the value is a secret. */
  readonly namesSecret: boolean;
}

/** Senders use few names, and to look at one takes longer than all else that is done to keep its header. */
const known = new Map<string, HeaderName>();
const MAX_KNOWN = 1_000;
const MAX_KNOWN_LENGTH = 100;

/** @param name as it was sent, in whatever case */
export function readHeaderName(name: string): HeaderName {
  const before = known.get(name);
  if (before !== undefined) return before;
  const lowerCase = name.toLowerCase();
  const header = {
    lowerCase,
    staysBehind:
      LEFT_BEHIND.has(lowerCase) || LEFT_BEHIND_PREFIXES.some((prefix) => lowerCase.startsWith(prefix)),
    namesSecret: lowerCase === 'authorization' || namesSecret(lowerCase),
  };
  if (name.length <= MAX_KNOWN_LENGTH) {
    if (known.size === MAX_KNOWN) known.clear();
    known.set(name, header);
  }
  return header;
}

/** The headers that a request's header Connection names, in lower case: they stay behind with it (RFC 9110, 7.6.1). */
export function namesInConnection(connection: string | undefined): ReadonlySet<string> {
  if (connection === undefined) return NONE;
  return new Set(connection.split(',').map((each) => each.trim().toLowerCase()));
}

const NONE: ReadonlySet<string> = new Set();

/** What of a provider's requests is a secret and must be kept sealed. */
export interface RequestSecrets {
  isSecretHeader(name: HeaderName): boolean;
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
    isSecretHeader: (name) => name.namesSecret || name.lowerCase === header,
    isSecretParameter: (name) => name === parameter || namesSecret(name),
  };
}
