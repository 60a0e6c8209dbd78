export * from './cells.ts';
export * from './emulators-client.ts';
export * from './start-emulators-process.ts';
export * from './walk-connections.ts';
