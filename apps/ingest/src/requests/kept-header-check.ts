import { namesSecret } from '@hookline/contracts';
import type { Provider } from '@hookline/providers';

/**
 * Headers that are not part of the provider's request: connection headers (RFC 9110, 7.6.1), headers that the sender
 * of a forwarded request sets itself, cookies, and headers of the proxies in front of this installation.
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

/** What a header's name alone determines. */
export interface HeaderName {
  readonly lowerCase: string;
  /** The header is never stored. */
  readonly staysBehind: boolean;
  /** The name shows that the value is a secret. */
  readonly namesSecret: boolean;
}

/** Cache: senders use few names, and checking a name takes longer than all other work on its header. */
const known = new Map<string, HeaderName>();
const MAX_KNOWN = 1_000;
const MAX_KNOWN_LENGTH = 100;

/** @param name as it was sent, in any case */
export function readHeaderName(name: string): HeaderName {
  const before = known.get(name);
  if (before !== undefined) return before;
  const lowerCase = name.toLowerCase();
  const header = {
    lowerCase,
    staysBehind:
      LEFT_BEHIND.has(lowerCase) || LEFT_BEHIND_PREFIXES.some((prefix) => lowerCase.startsWith(prefix)),
    namesSecret: namesSecret(lowerCase),
  };
  if (name.length <= MAX_KNOWN_LENGTH) {
    if (known.size === MAX_KNOWN) known.clear();
    known.set(name, header);
  }
  return header;
}

/**
 * The headers that the header Connection names, in lower case: they are not stored either (RFC 9110, 7.6.1).
 */
export function namesInConnection(connection: string | undefined): ReadonlySet<string> {
  if (connection === undefined) return NONE;
  return new Set(connection.split(',').map((each) => each.trim().toLowerCase()));
}

const NONE: ReadonlySet<string> = new Set();

/** Determines which parts of a provider's requests are secret and must be stored encrypted. */
export interface RequestSecrets {
  isSecretHeader(name: HeaderName): boolean;
  isSecretParameter(name: string): boolean;
}

/** @param options options of the source: one of them may name the header with the secret */
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
