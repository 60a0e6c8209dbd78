import { ApiError, timeOfId } from '@hookline/contracts';

/** An event may be sent before it is stored. It is stored within this time. */
const NEW_MS = 5_000;
const PATIENCE_MS = 500;
const LOOK_AGAIN_MS = 50;

/**
 * Reads an event, and waits for a new event that is not stored yet: its receiver may ask for it while it handles the request
 * that delivered it.
 * @param read throws ApiError `not_found` for an event that is not stored
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
