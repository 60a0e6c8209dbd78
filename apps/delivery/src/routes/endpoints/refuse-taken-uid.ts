import { ApiError } from '@hookline/contracts';
import { violatesUnique } from '@hookline/db';

/** @throws ApiError `conflict` if the error says that another endpoint has the own id, else the error */
export function refuseTakenUid(error: unknown): never {
  if (!violatesUnique(error, 'endpoints_uid')) throw error;
  throw new ApiError('conflict', { message: 'body/uid is the uid of another endpoint of this tenant' });
}
