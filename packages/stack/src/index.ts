/** Starts Postgres, nats-server and the four services on this machine; used by `npm start`, tests and benchmarks. */
export { buildDashboard } from './build-dashboard.ts';
export { SERVICE_ROLE, urlForRole } from './database.ts';
export { readHome } from './env.ts';
export { StackError, type StackErrorCode } from './errors.ts';
export { findFreePort, isPortFree } from './find-free-port.ts';
export { type FindNatsOptions, findNatsServer } from './find-nats-server.ts';
export { type Log, type LogEntry, type LogLevel, silentLog } from './log.ts';
export type { ProcessHandle } from './process-handle.ts';
export type { ReadyFile } from './ready-file.ts';
export type { Secrets } from './secrets.ts';
export { type ServiceName, serviceNames, sourceOf } from './services.ts';
export type { Stack } from './stack.ts';
export { type Nats, type NatsOptions, startNats } from './start-nats.ts';
export { type Postgres, type PostgresOptions, startPostgres } from './start-postgres.ts';
export { type ServiceRequest, type StackOptions, startStack } from './start-stack.ts';
