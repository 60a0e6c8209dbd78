export { type ApiFuzzOptions, type ApiFuzzReport, fuzzApi } from './api-fuzz/fuzz-api.ts';
export { type ListedCall, listCalls } from './api-fuzz/list-calls.ts';
export * from './connection-scene.ts';
export * from './counting-receiver.ts';
export * from './find-secrets.ts';
export * from './github-sender.ts';
export * from './ledger.ts';
export * from './start-compatibility-system.ts';
export * from './start-system.ts';
