/** What the environment configures for one provider and everyone. */
export interface ProviderSecrets {
  secrets: readonly string[];
  verifyTokens: readonly string[];
}

/** By the provider's id; a provider that nothing is configured for is absent. */
export type EnvironmentSecrets = ReadonlyMap<string, ProviderSecrets>;
