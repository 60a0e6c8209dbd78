import type { InboundRequest, Rejection } from '@hookline/providers';
import type { Logger } from '@hookline/service';
import type { ActiveSource } from '../sources/active-source.ts';
import type { SourceDirectory } from '../sources/source-directory.ts';
import { explainRejection } from './explain-rejection.ts';
import { type Explanation, explainCode } from './explanation.ts';
import { createRejectionBudget } from './rejection-budget.ts';

/** What is needed to look into a refusal. */
export interface RefusedRequest {
  source: ActiveSource;
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
/** Bodies of those that wait stay in memory, at most 1 MiB each. */
const MAX_WAITING = 20;

export function createRejectionExplainer(options: {
  directory: SourceDirectory;
  /** Origin that providers reach. */
  publicUrl: string;
  logger: Logger;
}): RejectionExplainer {
  const { directory, publicUrl, logger } = options;
  const perSource = createRejectionBudget(PER_SOURCE_A_MINUTE, 0);
  const together = createRejectionBudget(A_MINUTE, 0);
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function lookInto({ source, request, rejection }: RefusedRequest): Promise<Explanation | undefined> {
    const others = directory
      .byAddress(source.tenant, source.provider.id)
      .filter(({ id }) => id !== source.id);
    try {
      return await explainRejection({ source, others, request, rejection, publicUrl });
    } catch (error) {
      logger.error({ err: error, sourceId: source.id }, 'a refusal could not be explained');
      return explainCode(rejection.code);
    }
  }

  return {
    async explain(refused) {
      const nowMs = Date.now();
      const mayLook =
        waiting < MAX_WAITING &&
        perSource.take(refused.source.id, true, nowMs) &&
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
