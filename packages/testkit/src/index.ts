/** Real NATS and Postgres for tests, and receivers that record what arrives. */

export { cpuMs } from './cpu-ms.ts';
export {
  type Certificate,
  type CertificateAuthority,
  type CertificateRequest,
  createCertificateAuthority,
} from './create-certificate-authority.ts';
export { createTestDatabase, type TestDatabase } from './create-test-database.ts';
export type { ReceivedSpan } from './decode-spans.ts';
export { endConnections } from './end-connections.ts';
export { findChromium } from './find-chromium.ts';
export { findProgram } from './find-program.ts';
export { collectLogLines, type LogLines } from './log-lines.ts';
export { pickEnvironment } from './pick-environment.ts';
export { type OwnPostgres, startOwnPostgres } from './start-own-postgres.ts';
export {
  type ReceivedRequest,
  type Receiver,
  type ReceiverAnswer,
  type ReceiverOptions,
  type Respond,
  startReceiver,
} from './start-receiver.ts';
export { startTestNats, type TestNats } from './start-test-nats.ts';
export { startTraceReceiver, type TraceReceiver } from './start-trace-receiver.ts';
export { makeTestDirectory, removeTestDirectory } from './test-directory.ts';
export { type UntilOptions, until } from './until.ts';
export { WALL_CLOCK_SHIFTER } from './wall-clock-shifter.ts';
