import { ApiError } from '@hookline/contracts';
import { violatesUnique } from '@hookline/db';

/** @throws ApiError `conflict` for a name that another view of the owner and the list has; any other error as it is */
export const refuseTakenName =
  (name: string | null | undefined) =>
  (error: unknown): never => {
    if (!violatesUnique(error, 'saved_views_name')) throw error;
    throw new ApiError('conflict', {
      message: `There is a view "${name}" of this list already`,
      cause: error,
    });
  };
