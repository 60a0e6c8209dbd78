import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const ENTRY = fileURLToPath(new URL('../../../emulators/src/main.ts', import.meta.url));
const START_TIMEOUT_MS = 60_000;

/**
 * Starts the emulated providers as a process, on a free port.
 * @throws if it does not print its address
 */
export async function startEmulatorsProcess(): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, ['--conditions=@hookline/source', ENTRY, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  const url = await new Promise<string | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), START_TIMEOUT_MS);
    const settle = (found: string | undefined) => {
      clearTimeout(timer);
      resolve(found);
    };
    createInterface({ input: child.stdout }).on('line', (line) => {
      const address = /http:\/\/[0-9.]+:\d+/.exec(line)?.[0];
      if (address !== undefined) settle(address);
    });
    void ended.then(() => settle(undefined));
  });
  if (url === undefined) {
    await stop();
    throw new Error('The emulated providers did not start.');
  }
  return { url, stop };
}
