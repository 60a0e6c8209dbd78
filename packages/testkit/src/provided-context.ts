declare module 'vitest' {
  /** What global-setup.ts hands to every test of the run. */
  export interface ProvidedContext {
    /** Superuser on the database `postgres`. */
    postgresUrl: string;
    /** The migrated database from which each test's own is cloned. */
    templateDatabase: string;
    /** Of the role that services connect as. */
    serviceRole: { name: string; password: string };
    natsServerPath: string;
  }
}

export {};
