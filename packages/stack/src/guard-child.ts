import { spawn } from 'node:child_process';
import type { Child } from './child.ts';

/** Services drain when their parent is gone, and need their servers meanwhile. */
const GRACE_SECONDS = 5;

/**
 * Ends a server that can't notice itself that this process was SIGKILLed. A shell waits for a line on a pipe from us:
 * the line means that all is well and the shell may go; end-of-file without it means that we are gone, and the shell
 * signals the server. Costs one idle `sh` per server.
 */
export function guardChild(child: Child, stopSignal: 'INT' | 'TERM'): void {
  const guard = spawn(
    '/bin/sh',
    [
      '-c',
      'read -r line || { sleep "$1"; kill -s "$2" "$3"; }',
      'sh',
      String(GRACE_SECONDS),
      stopSignal,
      String(child.pid),
    ],
    { stdio: ['pipe', 'ignore', 'ignore'], detached: true },
  );
  guard.on('error', () => {});
  guard.stdin.on('error', () => {});
  guard.unref();
  child.exited.then(
    () => guard.stdin.end('done\n'),
    () => guard.stdin.end('done\n'),
  );
}
