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

/** The data for explaining a rejection. */
export interface RefusedRequest {
  /** Undefined: the tenant has no active source, and the environment's secrets did not match. */
  source: ActiveSource | undefined;
  provider: Provider;
  tenant: string;
  request: InboundRequest;
  rejection: { readonly code: string; readonly details?: Rejection['details'] };
  /** The signature was right. */
  isSigned: boolean;
}

/** Explains rejections outside the requests: never before an answer, one at a time, and a limited number. */
export interface RejectionExplainer {
  /** Returns the explanation, or the explanation of the code if there is no time for more. Never rejects. */
  explain(refused: RefusedRequest): Promise<Explanation | undefined>;
}

const PER_SOURCE_A_MINUTE = 20;
/** Limits the total cost of explanations: each tries about fifty signatures at most. */
const A_MINUTE = 300;
/** Part of these for addresses that anyone can make up. */
const FOR_UNKNOWN_A_MINUTE = 60;
/** Bodies of waiting rejections stay in memory, at most 1 MiB each. */
const MAX_WAITING = 20;

export function createRejectionExplainer(options: {
  directory: SourceDirectory;
  /** All sources of a tenant for a provider, switched-off sources included. */
  listSources: (tenant: string, provider: Provider) => Promise<readonly OtherSource[]>;
  environmentSecrets: EnvironmentSecrets;
  /** Origin that providers call. */
  publicUrl: string;
  logger: Logger;
}): RejectionExplainer {
  const { directory, listSources, environmentSecrets, publicUrl, logger } = options;
  const perSource = createRejectionBudget(PER_SOURCE_A_MINUTE, FOR_UNKNOWN_A_MINUTE);
  const together = createRejectionBudget(A_MINUTE, 0);
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function lookInto(refused: RefusedRequest): Promise<Explanation | undefined> {
    const { source, provider, tenant, request, rejection, isSigned } = refused;
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
          isSigned,
          publicUrl,
        });
      }
      const holder = holderOfEnvironment(provider, ofEnvironment);
      const others = await listSources(tenant, provider).catch((error: unknown) => {
        // Postgres is unavailable: checks that do not need it are still made.
        if (isTransientDatabaseError(error)) return [];
        throw error;
      });
      return await explainRejection({
        holder,
        others,
        environmentSecrets: [],
        request,
        rejection,
        isSigned,
        publicUrl,
      });
    } catch (error) {
      logger.error({ err: error, sourceId: source?.id }, 'could not explain a rejection');
      return explainCode(rejection.code, rejection.details);
    }
  }

  return {
    async explain(refused) {
      const nowMs = performance.now();
      const mayLook =
        waiting < MAX_WAITING &&
        perSource.take(addressOf(refused), refused.source !== undefined, nowMs) &&
        together.take('all', true, nowMs);
      if (!mayLook) return explainCode(refused.rejection.code, refused.rejection.details);
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
