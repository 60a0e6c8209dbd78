import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const INSTALL_TIMEOUT_MS = 120_000;

export interface WantedPython {
  /** A program that fails where a package is missing: `import websockets.sync.client`. */
  imports: string;
  /** The packages with their versions, as pip takes them. */
  packages: readonly string[];
  /** The name of the private environment. */
  name: string;
}

/**
 * Finds a Python with certain packages: the machine's own, or else one with the packages in a private environment below
 * `.hookline`, which is made once.
 * @returns its path; or why there is none
 */
export function findPython({
  imports,
  packages,
  name,
}: WantedPython): { python: string } | { missing: string } {
  const canImport = (python: string) => {
    try {
      run(python, ['-c', imports]);
      return true;
    } catch {
      return false;
    }
  };
  if (canImport('python3')) return { python: 'python3' };
  const home = join(process.env['HOOKLINE_HOME'] ?? join(ROOT, '.hookline'), name);
  const python = join(home, 'bin', 'python');
  if (existsSync(python) && canImport(python)) return { python };
  try {
    run('python3', ['-m', 'venv', home]);
    run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages]);
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return {
      missing: `no python3 with ${packages.join(', ')}, and none could be made: ${text.slice(0, 500)}`,
    };
  }
  return canImport(python) ? { python } : { missing: `${python} does not import ${packages.join(', ')}` };
}

/** The Python of the live feed's documented client. */
export const findFeedPython = () =>
  findPython({
    // Debian has them as python3-socketio, python3-websocket and python3-requests.
    imports: 'import socketio, requests, websocket',
    packages: ['python-socketio[client]==5.18.1', 'requests==2.34.2'],
    name: 'python-socketio',
  });

function run(command: string, args: readonly string[]): void {
  execFileSync(command, args, { stdio: 'pipe', timeout: INSTALL_TIMEOUT_MS });
}
