// Depends on typebox and on nothing of ours: what two services share lives here.
export * from './api/index.ts';
export * from './application-event-types.ts';
export * from './errors.ts';
export * from './event.ts';
export * from './event-type-pattern.ts';
export * from './feed.ts';
export * from './filter-texts.ts';
export * from './find-unknown-event-types.ts';
export * from './ids.ts';
export * from './kept-request.ts';
export * from './merge-patch.ts';
export * from './nearest-names.ts';
export * from './operation.ts';
export * from './principal.ts';
export * from './subjects.ts';
export * from './timestamp.ts';
export * from './webhook-health.ts';
