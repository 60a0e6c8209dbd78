import { fileURLToPath } from 'node:url';
import { Child, describeExit } from './child.ts';
import { type Log, say } from './log.ts';

const ENTRY = fileURLToPath(new URL('../../demo/src/main.ts', import.meta.url));
const NAME = 'sandbox';

/** The process of the emulated providers, which uses the API of the Hookline that runs for this home. */
export interface Sandbox {
  /** It deletes its applications first, so the services must be up. */
  stop(): Promise<void>;
}

/** Starts the emulated providers. If they end, the services stay up. */
export async function startSandbox(options: {
  home: string;
  port: number;
  env: NodeJS.ProcessEnv;
  log: Log;
}): Promise<Sandbox> {
  const { home, port, env, log } = options;
  const child = await Child.start({
    command: process.execPath,
    args: ['--conditions=@hookline/source', ENTRY, 'sandbox'],
    env: {
      ...env,
      HOOKLINE_HOME: home,
      HOOKLINE_SANDBOX_PORT: String(port),
      HOOKLINE_EXIT_WITH_STDIN: 'true',
    },
    stdin: 'pipe',
    onLine: (line) => say(log, NAME, line),
  });
  let isStopping = false;
  void child.exited.then((exit) => {
    if (!isStopping) say(log, NAME, `${describeExit(exit)}; start Hookline again for a new one`, 'warn');
  });
  return {
    async stop() {
      isStopping = true;
      await child.stop();
    },
  };
}
