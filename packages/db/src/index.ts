export * from './columns-of.ts';
export * from './database.ts';
export * from './errors.ts';
export * from './kept-request-place.ts';
export * from './migrate-database.ts';
export * from './rewrap-command.ts';
export * from './sealed-secret.ts';
export * from './verify-database.ts';
