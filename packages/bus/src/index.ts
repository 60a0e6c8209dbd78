export * from './connect-bus.ts';
export * from './consume-batches.ts';
export * from './ensure-streams.ts';
export * from './errors.ts';
export * from './event-codec.ts';
export * from './event-publisher.ts';
export * from './follow-events.ts';
export * from './js-msg.ts';
