/** The environment's secrets of one provider for all tenants. */
export interface ProviderSecrets {
  secrets: readonly string[];
  verifyTokens: readonly string[];
}

/** By provider id. A provider without configuration is absent. */
export type EnvironmentSecrets = ReadonlyMap<string, ProviderSecrets>;
