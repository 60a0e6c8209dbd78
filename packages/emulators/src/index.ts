/** Emulated providers for tests and the demo. Not part of a service. */
export type { Call, CallFilter, Exchange } from './core/call-log.ts';
export { hashToken } from './core/call-log.ts';
export type { ClockOptions } from './core/clock.ts';
export type { Fault } from './core/faults.ts';
export type { Decision, Rotation } from './core/oauth/records.ts';
export { type EmulatedProvider, type Origins, originsAt } from './origins.ts';
export {
  DEFAULT_CLIENT_SECRET,
  DEFAULT_GOOGLE_PROJECT,
  DEFAULT_SIGNING_SECRET,
  EMULATED_CLIENTS,
} from './start-applications.ts';
export { type Emulators, type EmulatorsOptions, startEmulators } from './start-emulators.ts';
