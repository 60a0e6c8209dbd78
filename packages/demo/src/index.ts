/** What the demos are made of, for the end-to-end tests. */
export * from './connections/index.ts';
export * from './passthrough/index.ts';
