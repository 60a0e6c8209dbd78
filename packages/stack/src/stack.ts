import type { ProcessHandle } from './process-handle.ts';
import type { Secrets } from './secrets.ts';
import type { ServiceName } from './services.ts';

export interface Stack {
  /** The database's URL for its owner, used by migrations, tests and statistics. Services use `serviceDatabaseUrl`. */
  readonly databaseUrl: string;
  /** The database's URL for the services. */
  readonly serviceDatabaseUrl: string;
  readonly natsUrl: string;
  readonly natsMonitorUrl: string | undefined;
  readonly secrets: Secrets;
  /** The URL of the first replica of each service, whether or not it was started. */
  readonly urls: Record<ServiceName, string>;
  /** By name: `postgres`, `nats`, `gateway`, `delivery`, `delivery-2` … */
  readonly processes: ReadonlyMap<string, ProcessHandle>;
  /** Throws when no process has the name. */
  process(name: string): ProcessHandle;
  /** Stops all processes in order. False when a process took too long and was killed. */
  stop(): Promise<boolean>;
}
