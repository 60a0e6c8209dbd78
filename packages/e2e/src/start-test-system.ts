import type { ServiceRequest } from '@hookline/stack';
import { createTestDatabase, findProgram } from '@hookline/testkit';
import { type System, type SystemOptions, startSystem } from './start-system.ts';

/**
 * Starts the services as separate processes for the calling test, with their own NATS and a database of their own on the
 * Postgres of the run. A test that stops Postgres uses `startSystem`.
 */
export async function startTestSystem(
  services: readonly ServiceRequest[],
  options: Pick<SystemOptions, 'log'> = {},
): Promise<System> {
  // A scheduler creates the partitions that are missing.
  const database = await createTestDatabase({ allDays: services.some(({ name }) => name === 'scheduler') });
  const system = await startSystem(services, { ...options, database, programOf: findProgram });
  return {
    ...system,
    async stop() {
      await system.stop();
      await database.drop();
    },
  };
}
