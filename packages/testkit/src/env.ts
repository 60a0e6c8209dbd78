import { readHome } from '@hookline/stack';

export interface TestSettings {
  /**
   * Where Postgres comes from. `native`, the packaged binaries, is up in a second; `containers` needs Docker;
   * `auto` is native wherever there are binaries for the platform, else containers.
   */
  servers: 'auto' | 'native' | 'containers';
  /** Where the nats-server that was fetched once is kept. */
  home: string;
}

export function readTestSettings(env: NodeJS.ProcessEnv): TestSettings {
  const servers = env['TEST_SERVERS'] || 'auto';
  if (servers !== 'auto' && servers !== 'native' && servers !== 'containers') {
    throw new Error(`TEST_SERVERS: "${servers}" must be auto, native or containers`);
  }
  return { servers, home: readHome(env) };
}
