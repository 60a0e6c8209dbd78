import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How metrics, spans and log lines show the route, if its pattern is long. Default: its pattern. */
    shownAs?: string;
  }
}

/** The pattern of a request's route. Undefined: the request has no route. */
export function routeOf({ routeOptions }: FastifyRequest): string | undefined {
  return routeOptions.config?.shownAs ?? routeOptions.url;
}
