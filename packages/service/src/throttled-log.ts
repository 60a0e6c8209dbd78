import type { Logger } from './logger.ts';

/** Writes at most one line for each key and interval. The next line counts the lines that were left out. */
export interface ThrottledLog {
  warn(key: string, fields: object, message: string): void;
  error(key: string, fields: object, message: string): void;
}

/** Keys are codes and names of Hookline, so there are few. */
export function createThrottledLog(logger: Logger, intervalMs = 5_000): ThrottledLog {
  const lastByKey = new Map<string, { at: number; suppressed: number }>();
  function write(level: 'warn' | 'error', key: string, fields: object, message: string): void {
    const now = performance.now();
    const last = lastByKey.get(key);
    if (last && now - last.at < intervalMs) {
      last.suppressed++;
      return;
    }
    lastByKey.set(key, { at: now, suppressed: 0 });
    logger[level]({ ...fields, suppressed: last?.suppressed ?? 0 }, message);
  }
  return {
    warn: (key, fields, message) => write('warn', key, fields, message),
    error: (key, fields, message) => write('error', key, fields, message),
  };
}
