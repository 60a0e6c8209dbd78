import { operations, type ProviderDescription } from '@hookline/contracts';
import { listProviders, listSamples, type Provider } from '@hookline/providers';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';

/** The answer is the same for every caller while the service runs. It is built on the first call. */
let descriptions: ProviderDescription[] | undefined;

export function mountListProviders(app: FastifyInstance, { authenticate }: RouteContext): void {
  mountOperation(app, operations.listProviders, authenticate, () => {
    descriptions ??= listProviders().map(describe);
    return Promise.resolve({ data: descriptions });
  });
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
    evidence: provider.evidence.map((evidence) => ({ ...evidence })),
    setup: [...provider.setup],
    documentation: provider.documentation ?? null,
    secret: provider.secret ?? 'required',
    options: Object.fromEntries(options),
    caution: provider.caution ?? null,
    identity: describeIdentity(provider.identity),
    answerWithinMs: provider.answer.deadlineMs,
    harmfulStatuses: { ...provider.harmfulStatuses?.effects },
    samples: listSamples(provider.id).reduce((count, { events }) => count + events.length, 0),
    eventTypes: provider.eventTypes.length,
  };
}

function describeIdentity(identity: Provider['identity']): ProviderDescription['identity'] {
  const { retries, equalBodies = 'repeats' } = identity;
  const common = {
    retries: inWords(retries),
    equalBodies: retries === true && equalBodies === 'repeats' ? ('repeats' as const) : ('events' as const),
  };
  if (!('names' in identity)) {
    const none = { id: null, otherwise: null, names: null, unique: null, uniqueSeconds: null, stable: null };
    return { ...none, ...common, because: identity.because ?? null };
  }
  const { id, otherwise = null, names, unique, uniqueSeconds = null, stable } = identity;
  return { id, otherwise, names, unique, uniqueSeconds, stable: inWords(stable), ...common, because: null };
}

function inWords(known: boolean | 'unknown'): 'yes' | 'no' | 'unknown' {
  if (known === 'unknown') return known;
  return known ? 'yes' : 'no';
}
