export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** One line of what happens while processes start and run. `source` names the process, or `hookline` for ourselves. */
export interface LogEntry {
  time: Date;
  source: string;
  /** Absent for a line that is not one of a known log format. */
  level?: LogLevel;
  message: string;
  fields?: Record<string, unknown>;
}

export type Log = (entry: LogEntry) => void;

/** For tests and benchmarks that want no output. */
export const silentLog: Log = () => {};

/** Writes one line of our own into a log. */
export function say(log: Log, source: string, message: string, level: LogLevel = 'info'): void {
  log({ time: new Date(), source, level, message });
}
