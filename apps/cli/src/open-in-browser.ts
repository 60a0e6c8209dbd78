import { spawn } from 'node:child_process';

/** Opens an address in the browser of this machine, and does not wait for it. */
export function openInBrowser(url: string): void {
  const command = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(command, [url], { stdio: 'ignore', detached: true });
  // There is no browser: the address was printed, too.
  child.on('error', () => {});
  child.unref();
}
