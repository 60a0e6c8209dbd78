/**
 * Resolves with the result of the work, if the work ends in time.
 * @throws the error of the work, or an Error when the time is over; a later result or error of the work is ignored
 */
export async function orLate<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves when the work has succeeded or failed, or the time is over. */
export async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  await orLate(timeoutMs, work).catch(() => {});
}
