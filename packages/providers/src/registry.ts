import { CODE_PROVIDERS } from './code-providers.ts';
import { standardWebhooks } from './generic/standard-webhooks.ts';
import { GENERIC_PROVIDERS, PRESETS } from './presets.ts';
import type { Provider } from './provider/provider.ts';
import { clerk } from './providers/clerk.ts';
import { github } from './providers/github.ts';
import { meta } from './providers/meta.ts';
import { slack } from './providers/slack.ts';
import { stripe } from './providers/stripe.ts';

/** Every provider, in the order in which people are shown them. */
const PROVIDERS: readonly Provider[] = [
  github,
  slack,
  stripe,
  clerk,
  meta,
  ...CODE_PROVIDERS,
  ...PRESETS,
  standardWebhooks,
  ...GENERIC_PROVIDERS,
];

const providersByName = new Map<string, Provider>();
for (const provider of PROVIDERS) {
  for (const name of [provider.id, ...(provider.aliases ?? [])]) {
    if (providersByName.has(name)) throw new Error(`Two providers are called "${name}".`);
    providersByName.set(name, provider);
  }
}

/** The provider of that id or alias. */
export function getProvider(idOrAlias: string): Provider | undefined {
  return providersByName.get(idOrAlias);
}

export function listProviders(): readonly Provider[] {
  return PROVIDERS;
}
