import { ApiError, timeOfId } from '@hookline/contracts';

/** An event is stored shortly after it is sent: within this time one may be on its way. */
const NEW_MS = 5_000;
const PATIENCE_MS = 500;
const LOOK_AGAIN_MS = 50;

/**
 * Reads an event, which its receiver may ask for while it handles the very request that brought it: one that was made
 * moments ago and is not there is waited for.
 * @param read throws ApiError `not_found` where there is none
 */
export async function whenStored<T>(eventId: string, read: () => Promise<T>): Promise<T> {
  const startMs = performance.now();
  const isNew = Date.now() - (timeOfId(eventId) ?? 0) < NEW_MS;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const isMissing = error instanceof ApiError && error.code === 'not_found';
      if (!isMissing || !isNew || performance.now() - startMs > PATIENCE_MS) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
