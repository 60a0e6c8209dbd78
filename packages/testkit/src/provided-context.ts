export type ProgramName =
  | 'gateway'
  | 'ingest'
  | 'scheduler'
  | 'delivery'
  | 'cli'
  | 'poll-process'
  | 'refresh-process';

declare module 'vitest' {
  /** The values that global-setup.ts provides to every test of the run. */
  export interface ProvidedContext {
    /** Connects to the database `postgres` as the superuser. */
    postgresUrl: string;
    /** A migrated database with the partitions of three days. */
    templateDatabase: string;
    /** A migrated database with the partitions of all days that a migration creates. */
    templateOfAllDays: string;
    /** The role that services connect as. */
    serviceRole: { name: string; password: string };
    natsServerPath: string;
    /** The bundle of each program, for node. */
    programs: Record<ProgramName, string>;
  }
}
