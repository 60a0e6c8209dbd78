import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Log } from './log.ts';
import { say } from './log.ts';
import { runWithProgress } from './run-with-progress.ts';

const run = promisify(execFile);

/** The official image. Its executable is statically linked and runs on any Linux. */
const IMAGE = 'nats:2.15-alpine';
const PATH_IN_IMAGE = '/usr/local/bin/nats-server';

/** Whether a Docker engine answers and an executable from its images runs on this machine. */
export async function dockerAnswers(env: NodeJS.ProcessEnv): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    await run('docker', ['version', '--format', '{{.Server.Version}}'], { env, timeout: 5_000 });
    return true;
  } catch {
    return false;
  }
}

/** Copies the executable from the image into `dir` without running a container. Returns the executable's path. */
export async function fetchNatsFromDocker(options: {
  dir: string;
  env: NodeJS.ProcessEnv;
  log: Log;
  signal?: AbortSignal | undefined;
}): Promise<string> {
  const { dir, env, log, signal } = options;
  const target = join(dir, 'nats-server');
  const docker = async (...args: string[]) =>
    await runWithProgress('docker', args, {
      cwd: dir,
      env,
      signal,
      onLine: (line) => say(log, 'nats', `  ${line}`),
    });
  await docker('pull', IMAGE);
  const { stdout } = await run('docker', ['create', IMAGE], { env });
  const container = stdout.trim();
  try {
    await docker('cp', `${container}:${PATH_IN_IMAGE}`, target);
  } finally {
    await run('docker', ['rm', container], { env });
  }
  return target;
}
