/** What a channel said. */
export interface Outcome {
  sent: boolean;
  /** The HTTP status of its answer. */
  status: number | null;
  /** Why it was not sent, or not to all. */
  error: string | null;
  /** Whether no answer came in time. */
  hung?: boolean;
}

const MAX_ERROR_LENGTH = 500;

export const sent = (status: number | null = null): Outcome => ({ sent: true, status, error: null });

export const failed = (error: string, status: number | null = null): Outcome => ({
  sent: false,
  status,
  // A foreign text may have anything in it, and Postgres stores no NUL.
  error: error.replaceAll('\0', ' ').toWellFormed().slice(0, MAX_ERROR_LENGTH),
});

export const hung = (error: string): Outcome => ({ ...failed(error), hung: true });
