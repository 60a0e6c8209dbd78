// Imports nothing, so that a page of a browser can use it.
export * from './quote-for-shell.ts';
export * from './shell-commands.ts';
