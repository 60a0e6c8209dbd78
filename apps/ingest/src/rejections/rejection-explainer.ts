import { isTransientDatabaseError } from '@hookline/db';
import type { InboundRequest, Provider, Rejection } from '@hookline/providers';
import type { Logger } from '@hookline/service';
import type { EnvironmentSecrets } from '../inbound/provider-secrets.ts';
import type { ActiveSource } from '../sources/active-source.ts';
import type { SourceDirectory } from '../sources/source-directory.ts';
import { explainRejection, type OtherSource } from './explain-rejection.ts';
import { type Explanation, explainCode } from './explanation.ts';
import { createRejectionBudget } from './rejection-budget.ts';
import { holderOfEnvironment, holderOfSource } from './secret-holder.ts';

/** What is needed to look into a refusal. */
export interface RefusedRequest {
  /** Undefined: its tenant has none that is active, and the environment's secrets refused it. */
  source: ActiveSource | undefined;
  provider: Provider;
  tenant: string;
  request: InboundRequest;
  rejection: { readonly code: string; readonly details?: Rejection['details'] };
}

/** Looks into refusals beside the requests: never before an answer, one at a time, and only so many. */
export interface RejectionExplainer {
  /** What is found out, or what the code alone says when there is no time for more. Never rejects. */
  explain(refused: RefusedRequest): Promise<Explanation | undefined>;
}

const PER_SOURCE_A_MINUTE = 20;
/** Bounds what refusals cost all together: each is some fifty signatures at most. */
const A_MINUTE = 300;
/** Of these, for the addresses that anyone can make up. */
const FOR_UNKNOWN_A_MINUTE = 60;
/** Bodies of those that wait stay in memory, at most 1 MiB each. */
const MAX_WAITING = 20;

export function createRejectionExplainer(options: {
  directory: SourceDirectory;
  /** All sources of a tenant for a provider, those that are switched off as well. */
  listSources: (tenant: string, provider: Provider) => Promise<readonly OtherSource[]>;
  environmentSecrets: EnvironmentSecrets;
  /** Origin that providers reach. */
  publicUrl: string;
  logger: Logger;
}): RejectionExplainer {
  const { directory, listSources, environmentSecrets, publicUrl, logger } = options;
  const perSource = createRejectionBudget(PER_SOURCE_A_MINUTE, FOR_UNKNOWN_A_MINUTE);
  const together = createRejectionBudget(A_MINUTE, 0);
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function lookInto(refused: RefusedRequest): Promise<Explanation | undefined> {
    const { source, provider, tenant, request, rejection } = refused;
    const ofEnvironment = environmentSecrets.get(provider.id)?.secrets ?? [];
    try {
      if (source) {
        const others = directory.byAddress(tenant, provider.id).filter(({ id }) => id !== source.id);
        const holder = holderOfSource(source);
        return await explainRejection({
          holder,
          others,
          environmentSecrets: ofEnvironment,
          request,
          rejection,
          publicUrl,
        });
      }
      const holder = holderOfEnvironment(provider, ofEnvironment);
      const others = await listSources(tenant, provider).catch((error: unknown) => {
        // Postgres is away: what needs none is tried all the same.
        if (isTransientDatabaseError(error)) return [];
        throw error;
      });
      return await explainRejection({
        holder,
        others,
        environmentSecrets: [],
        request,
        rejection,
        publicUrl,
      });
    } catch (error) {
      logger.error({ err: error, sourceId: source?.id }, 'a refusal could not be explained');
      return explainCode(rejection.code);
    }
  }

  return {
    async explain(refused) {
      const nowMs = performance.now();
      const mayLook =
        waiting < MAX_WAITING &&
        perSource.take(addressOf(refused), refused.source !== undefined, nowMs) &&
        together.take('all', true, nowMs);
      if (!mayLook) return explainCode(refused.rejection.code);
      waiting++;
      const explained = last.then(() => lookInto(refused));
      last = explained;
      try {
        return await explained;
      } finally {
        waiting--;
      }
    },
  };
}

function addressOf({ source, provider, tenant }: RefusedRequest): string {
  return source?.id ?? `${provider.id} ${tenant}`;
}
