import type { Operation } from '../operation.ts';
import * as deadLetters from './dead-letters.ts';
import * as deliveries from './deliveries.ts';
import * as endpointKeys from './endpoint-keys.ts';
import * as endpointVerification from './endpoint-verification.ts';
import * as endpoints from './endpoints.ts';
import * as eventTypes from './event-types.ts';
import * as events from './events.ts';
import * as keys from './keys.ts';
import * as parkedKeys from './parked-keys.ts';
import * as providers from './providers.ts';
import * as rejections from './rejections.ts';
import * as replays from './replays.ts';
import * as shaping from './shaping.ts';
import * as sources from './sources.ts';
import * as statistics from './statistics.ts';
import * as unreadableMessages from './unreadable-messages.ts';

export * from './dead-letters.ts';
export * from './deliveries.ts';
export * from './endpoint-keys.ts';
export * from './endpoint-options.ts';
export * from './endpoint-verification.ts';
export * from './endpoints.ts';
export * from './event-types.ts';
export * from './events.ts';
export * from './keys.ts';
export * from './parked-keys.ts';
export * from './providers.ts';
export * from './rejections.ts';
export * from './replays.ts';
export type { Changes } from './settings.ts';
export * from './shaping.ts';
export * from './sources.ts';
export * from './statistics.ts';
export * from './unreadable-messages.ts';
export * from './warning.ts';

const isOperation = (value: unknown): value is Operation =>
  typeof value === 'object' && value !== null && 'path' in value && 'owner' in value;

/** Every call of the API, in the order of the documentation. */
export const API_OPERATIONS: readonly Operation[] = [
  events,
  eventTypes,
  deliveries,
  deadLetters,
  replays,
  statistics,
  endpoints,
  parkedKeys,
  endpointKeys,
  endpointVerification,
  shaping,
  providers,
  sources,
  rejections,
  keys,
  unreadableMessages,
].flatMap((module) => Object.values(module).filter(isOperation));
