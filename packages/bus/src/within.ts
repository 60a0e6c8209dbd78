/**
 * What the work resolves to, in time.
 * @throws what the work rejects with, or an Error when the time is over: what comes of the work then is nobody's any
 *   more, an error of it as well
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

/** Resolves when the work has ended, well or not, or the time is over. */
export async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  await orLate(timeoutMs, work).catch(() => {});
}
