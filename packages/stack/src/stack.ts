import type { ProcessHandle } from './process-handle.ts';
import type { Secrets } from './secrets.ts';
import type { ServiceName } from './services.ts';

export interface Stack {
  /** The owner's URL of the database: for migrations, tests and statistics, not for services. */
  readonly databaseUrl: string;
  /** What the services connect with. */
  readonly serviceDatabaseUrl: string;
  readonly natsUrl: string;
  readonly natsMonitorUrl: string | undefined;
  readonly secrets: Secrets;
  /** Of the first replica of each service, whether it was started or not. */
  readonly urls: Record<ServiceName, string>;
  /** By name: `postgres`, `nats`, `gateway`, `delivery`, `delivery-2` … */
  readonly processes: ReadonlyMap<string, ProcessHandle>;
  /** Throws when there is no process of that name. */
  process(name: string): ProcessHandle;
  /** Ends everything in order. False when something had to be killed because it took too long. */
  stop(): Promise<boolean>;
}
