export * from './counting-receiver.ts';
export * from './github-sender.ts';
export * from './ledger.ts';
export * from './start-system.ts';
