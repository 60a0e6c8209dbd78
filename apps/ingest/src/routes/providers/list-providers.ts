import { listProviders as operation, type ProviderDescription } from '@hookline/contracts';
import { listProviders, type Provider } from '@hookline/providers';
import { type Authenticate, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';

/** The same for everyone, and never changes while the service runs. */
const DESCRIPTIONS: readonly ProviderDescription[] = listProviders().map(describe);

export function mountListProviders(app: FastifyInstance, authenticate: Authenticate): void {
  mountOperation(app, operation, authenticate, () => Promise.resolve({ data: DESCRIPTIONS }));
}

function describe(provider: Provider): ProviderDescription {
  const options = Object.entries(provider.options ?? {}).map(([name, { description, required }]) => [
    name,
    { description, required },
  ]);
  return {
    id: provider.id,
    aliases: [...(provider.aliases ?? [])],
    name: provider.name,
    evidence: [...provider.evidence],
    setup: [...provider.setup],
    documentation: provider.documentation ?? null,
    secret: provider.secret ?? 'required',
    options: Object.fromEntries(options),
    caution: provider.caution ?? null,
    eventTypes: provider.eventTypes.length,
  };
}
