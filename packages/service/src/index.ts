export * from './accept-any-content-type.ts';
export * from './accept-json-bodies.ts';
export * from './allowed-addresses.ts';
export { addVary, type Dependency, RETRY_AFTER_SECONDS, toApiError } from './answer-with-error.ts';
export * from './build-service.ts';
export type {
  BulkJobs,
  BulkSlice,
  BulkTask,
  Skips,
  SliceLimits,
} from './bulk-jobs/bulk-jobs.ts';
export { createBulkWorker } from './bulk-jobs/bulk-worker.ts';
export { checkExpectedCount } from './bulk-jobs/check-expected-count.ts';
export { createBulkJob } from './bulk-jobs/create-bulk-job.ts';
export { endOfSlice } from './bulk-jobs/end-of-slice.ts';
export { findBulkJob } from './bulk-jobs/find-bulk-job.ts';
export { mountBulkJobs } from './bulk-jobs/mount-bulk-jobs.ts';
export { startBulkJob } from './bulk-jobs/start-bulk-job.ts';
export { workAtBulkJob } from './bulk-jobs/work-at-bulk-job.ts';
export { createTextCheck } from './check-text.ts';
export * from './client-address.ts';
export * from './cookies.ts';
export * from './create-http-server.ts';
export * from './create-id-factory.ts';
export * from './create-validator.ts';
export * from './date-range.ts';
export * from './decode-content.ts';
export * from './elapsed-ms.ts';
export * from './encryption-keys.ts';
export * from './error-body.ts';
export * from './exports.ts';
export { factsOf } from './facts-of.ts';
export {
  describeUnknownName,
  didYouMean,
  fieldBelow,
  findProblems,
  invalidFields,
  type Problem,
} from './find-problems.ts';
export type { Foundation, Runtime } from './foundation.ts';
export * from './health.ts';
export * from './hop-counts.ts';
export * from './idempotency-key.ts';
export * from './internal-api.ts';
export * from './logger.ts';
export { createLoopWorker, type LoopWorker } from './loop-worker.ts';
export * from './metrics.ts';
export * from './open-bus.ts';
export * from './page.ts';
export type { Quota } from './quota.ts';
export * from './rate-limit-fields.ts';
export * from './rate-window.ts';
export { readDatabaseTime } from './read-database-time.ts';
export * from './read-env.ts';
export { createReceiptClock, type ReceiptClock } from './receipt-clock.ts';
export * from './replaced-variables.ts';
export * from './request-id.ts';
export * from './request-origin.ts';
export * from './run-service.ts';
export * from './run-workers.ts';
export * from './sampled-log.ts';
export * from './service-options.ts';
export * from './summarize-options.ts';
export * from './throttled-log.ts';
export * from './token-buckets.ts';
export { isTraceparent } from './tracing/parse-traceparent.ts';
export { startTracing } from './tracing/start-tracing.ts';
export { requestTraceparent, spanOf } from './tracing/trace-requests.ts';
export type { Span, Tracing } from './tracing/tracing.ts';
export * from './trusted-proxies.ts';
export * from './until-aborted.ts';
export { createUseRecorder, type UseRecorder } from './use-recorder.ts';
export * from './waker.ts';
export * from './with-configuration.ts';
export { workAtDueJob } from './work-at-due-job.ts';
export type { Worker } from './worker.ts';
