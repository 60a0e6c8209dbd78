import { ApiError, type Changes, Metadata, mergePatch } from '@hookline/contracts';
import { violatesUnique } from '@hookline/db';
import { findProblems, invalidFields } from '@hookline/service';
import type { SourceRow } from '../../sql/source-row.ts';

type Labels = Pick<SourceRow, 'uid' | 'metadata' | 'tags'>;

export interface LabelSettings {
  uid?: string | null | undefined;
  metadata?: Changes<Metadata> | null | undefined;
  tags?: string[] | null | undefined;
}

/**
 * The columns of the labels that a request sets.
 * @param before the stored metadata, with which the request's are merged
 * @throws ApiError `invalid_request` for metadata with too many members
 */
export function toLabels(before: Metadata, { uid, metadata, tags }: LabelSettings): Partial<Labels> {
  const labels: Partial<Labels> = {};
  if (uid !== undefined) labels.uid = uid;
  if (tags !== undefined) labels.tags = [...new Set(tags ?? [])];
  if (metadata === null) labels.metadata = {};
  else if (metadata !== undefined) {
    const merged = mergePatch(before, metadata);
    const [first, ...others] = findProblems(Metadata, merged, 'body/metadata');
    if (first) throw invalidFields(first, ...others);
    labels.metadata = merged as Metadata;
  }
  return labels;
}

/** @throws ApiError `conflict` if the error says that another source has the own id, else the error */
export function refuseTakenUid(error: unknown): never {
  if (!violatesUnique(error, 'sources_uid')) throw error;
  throw new ApiError('conflict', { message: 'body/uid is the uid of another source of this tenant' });
}
