export * from './create-http-server.ts';
export * from './health.ts';
export * from './internal-api.ts';
export * from './logger.ts';
export * from './metrics.ts';
export * from './read-env.ts';
export * from './run-service.ts';
