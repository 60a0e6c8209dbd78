import { parseArgs } from 'node:util';
import { startEmulators } from './start-emulators.ts';

/** The emulators as a process: prints its address and serves until SIGINT or SIGTERM. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9100' },
    host: { type: 'string', default: '127.0.0.1' },
    speed: { type: 'string', default: '1' },
  },
});
const emulators = await startEmulators({
  port: Number(values.port),
  host: values.host,
  clock: { speed: Number(values.speed) },
});
console.log(
  `The emulated providers are at ${emulators.url} (state and addresses: ${emulators.url}/_control).`,
);
const stop = () => void emulators.close();
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
