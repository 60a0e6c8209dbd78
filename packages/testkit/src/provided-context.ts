declare module 'vitest' {
  /** The values that start-test-servers.ts provides to every test of the run. */
  export interface ProvidedContext {
    /** Connects to the database `postgres` as the superuser. */
    postgresUrl: string;
    /** The migrated database from which each test's database is cloned. */
    templateDatabase: string;
    /** The role that services connect as. */
    serviceRole: { name: string; password: string };
    natsServerPath: string;
  }
}

export {};
