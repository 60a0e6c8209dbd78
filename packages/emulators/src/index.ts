/** Emulated providers for tests and the demo. Not part of a service. */
export type { Call, CallFilter, Exchange } from './core/call-log.ts';
export { hashToken } from './core/call-log.ts';
export type { ClockOptions } from './core/clock.ts';
export type { Fault } from './core/faults.ts';
export { DEFAULT_CLIENT_SECRET } from './core/oauth/common-operations.ts';
export type { Decision, Rotation } from './core/oauth/records.ts';
export { type EmulatedProvider, type Origins, originsAt } from './origins.ts';
export { type Emulators, type EmulatorsOptions, startEmulators } from './start-emulators.ts';
