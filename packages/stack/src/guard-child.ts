import { spawn } from 'node:child_process';
import type { Child } from './child.ts';

/** Services finish their work when their parent has ended, and need the servers during that time. */
const GRACE_SECONDS = 5;

/**
 * Ends a server when this process is SIGKILLed, which the server can't notice itself. A shell reads from a pipe of this
 * process. A line means that the server has ended, and the shell exits. End-of-file without a line means that this
 * process was killed, and the shell signals the server. Costs one idle `sh` for each server.
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
