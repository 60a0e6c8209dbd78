import type { FastifyInstance } from 'fastify';
import { type Foundation, type FoundationOptions, openFoundation } from './foundation.ts';
import { summarizeOptions } from './summarize-options.ts';

/** A service, built, connected and at work, not yet listening. */
export interface Service {
  app: FastifyInstance;
  /**
   * Closes the service: it is no longer ready, takes no new requests and answers those under way; then its parts finish
   * the work in hand and close, in the reverse order in which they were opened.
   */
  close(): Promise<void>;
}

export interface ServiceDefinition extends FoundationOptions {
  /** Builds the service's own parts on the foundation, and registers there how they close. */
  build: (foundation: Foundation) => Promise<FastifyInstance>;
}

/**
 * Builds a service: logs its options, opens its foundation, and builds its own parts on it.
 * @throws what the build threw, once everything that was opened has closed
 */
export async function buildService({ build, ...definition }: ServiceDefinition): Promise<Service> {
  const { name, options, runtime } = definition;
  runtime.logger.info({ options: summarizeOptions(options) }, `${name} starts`);
  const closing = new AsyncDisposableStack();
  try {
    const foundation = await openFoundation(definition, closing);
    const app = await build(foundation);
    return {
      app,
      async close() {
        foundation.health.startDraining();
        await app.close();
        await closing.disposeAsync();
      },
    };
  } catch (error) {
    await closing
      .disposeAsync()
      .catch((closeError: unknown) =>
        runtime.logger.error({ err: closeError }, `${name} could not close everything that it had opened`),
      );
    throw error;
  }
}
