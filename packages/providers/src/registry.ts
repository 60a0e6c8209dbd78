import { GENERIC_PROVIDERS } from './generic/index.ts';
import type { Provider } from './provider/provider.ts';
import { clerk } from './providers/clerk.ts';
import { github } from './providers/github.ts';
import { NAMED_PROVIDERS } from './providers/index.ts';
import { meta } from './providers/meta.ts';
import { slack } from './providers/slack.ts';
import { stripe } from './providers/stripe.ts';

/** Listed first, and tried first when the sender of a request is guessed from its signature. */
const MOST_USED: readonly Provider[] = [github, slack, stripe, clerk, meta];

/** Every provider, in the order in which people see them. Generic providers are last. */
const PROVIDERS: readonly Provider[] = [
  ...MOST_USED,
  ...NAMED_PROVIDERS.filter((provider) => !MOST_USED.includes(provider)),
  ...GENERIC_PROVIDERS,
];

const providersByName = new Map<string, Provider>();
for (const provider of PROVIDERS) {
  for (const name of [provider.id, ...(provider.aliases ?? [])]) {
    if (providersByName.has(name)) throw new Error(`Two providers are called "${name}".`);
    providersByName.set(name, provider);
  }
}

/** The provider with that id or alias. */
export function getProvider(idOrAlias: string): Provider | undefined {
  return providersByName.get(idOrAlias);
}

export function listProviders(): readonly Provider[] {
  return PROVIDERS;
}
