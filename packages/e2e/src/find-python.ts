import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** What the snippets of Python clients import. Debian has it as python3-socketio, python3-websocket, python3-requests. */
const MODULES = 'import socketio, requests, websocket';
const PACKAGES = ['python-socketio[client]==5.18.1', 'requests==2.34.2'];
const INSTALL_TIMEOUT_MS = 120_000;

/**
 * Finds a Python with a client of Socket.IO: the machine's own, or else one with the packages in a private environment
 * below `.hookline`, which is made once.
 * @returns its path; or why there is none
 */
export function findPythonWithSocketIo(): { python: string } | { missing: string } {
  if (imports('python3')) return { python: 'python3' };
  const home = join(process.env['HOOKLINE_HOME'] ?? join(ROOT, '.hookline'), 'python-socketio');
  const python = join(home, 'bin', 'python');
  if (existsSync(python) && imports(python)) return { python };
  try {
    run('python3', ['-m', 'venv', home]);
    run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...PACKAGES]);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { missing: `no python3 with python-socketio, and none could be made: ${text.slice(0, 500)}` };
  }
  return imports(python) ? { python } : { missing: `${python} does not import the client of Socket.IO` };
}

function imports(python: string): boolean {
  try {
    run(python, ['-c', MODULES]);
    return true;
  } catch {
    return false;
  }
}

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: 'pipe', timeout: INSTALL_TIMEOUT_MS });
}
