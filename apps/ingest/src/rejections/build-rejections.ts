import { ID_PREFIX } from '@hookline/contracts';
import { createIdFactory, type Foundation } from '@hookline/service';
import type { IngestOptions } from '../options.ts';
import type { Sources } from '../sources/build-sources.ts';
import { createRejectionBudget } from './rejection-budget.ts';
import { createRejectionExplainer } from './rejection-explainer.ts';
import { createRejectionKeeper, type RejectionKeeper } from './rejection-keeper.ts';
import { createRejectionRecorder } from './rejection-recorder.ts';

/** Recorded rejections per minute for all addresses without a source together. */
const UNKNOWN_REJECTIONS_PER_MINUTE = 600;

/** Rejections: which requests are recorded, why each was refused, and how the records are written. */
export function buildRejections(
  foundation: Foundation,
  options: IngestOptions,
  sources: Pick<Sources, 'directory' | 'list'>,
): RejectionKeeper {
  const { database, logger, metrics } = foundation;
  const recorder = createRejectionRecorder(database, metrics, logger, options.rejectionsPerSource);
  foundation.onClose(recorder.close);
  const keeper = createRejectionKeeper({
    budget: createRejectionBudget(options.rejectionsPerMinute, UNKNOWN_REJECTIONS_PER_MINUTE),
    explainer: createRejectionExplainer({
      directory: sources.directory,
      listSources: sources.list,
      environmentSecrets: options.environmentSecrets,
      publicUrl: options.publicUrl,
      logger,
    }),
    recorder,
    nextRejectionId: createIdFactory(ID_PREFIX.rejection),
  });
  foundation.onClose(keeper.close);
  return keeper;
}
