export { addApp } from './add-app.ts';
export { Browser } from './browser.ts';
export { formatTable, isComplete } from './cells.ts';
export { connectAccount } from './connect-account.ts';
export { connectEmulators, type EmulatorsClient } from './emulators-client.ts';
export { preparePlatforms } from './prepare-platforms.ts';
export { walkConnections } from './walk-connections.ts';
