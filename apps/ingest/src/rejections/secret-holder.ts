import type { Provider } from '@hookline/providers';
import type { ActiveSource } from '../sources/active-source.ts';
import type { DatedSecret } from '../sources/source-secrets.ts';

/**
 * The owner of the secrets that a request was verified with: a source, or the environment if its tenant has no
 * source.
 */
export interface SecretHolder {
  readonly kind: 'source' | 'environment';
  readonly provider: Provider;
  readonly secrets: readonly string[];
  /** Secrets that are no longer valid, newest first. */
  readonly retiredSecrets: readonly DatedSecret[];
  readonly options: Readonly<Record<string, string>>;
  /** Describes one of `secrets`, such as `the secret set on 2026-07-01`. */
  nameSecret(index: number): string;
}

export function holderOfSource(source: ActiveSource): SecretHolder {
  const { provider, secrets, retiredSecrets, options, secretsSetAt } = source;
  return {
    kind: 'source',
    provider,
    secrets,
    retiredSecrets,
    options,
    nameSecret: (index) => nameDatedSecret(secretsSetAt[index]),
  };
}

export function holderOfEnvironment(provider: Provider, secrets: readonly string[]): SecretHolder {
  return {
    kind: 'environment',
    provider,
    secrets,
    retiredSecrets: [],
    options: {},
    nameSecret: () => nameEnvironmentSecret(provider),
  };
}

/** @param setAt RFC 3339 */
export function nameDatedSecret(setAt: string | undefined): string {
  return `the secret set on ${setAt?.slice(0, 10) ?? 'an unknown day'}`;
}

export function nameEnvironmentSecret({ environment }: Provider): string {
  return `the secret of the environment (${environment.secrets.join(' or ')})`;
}
