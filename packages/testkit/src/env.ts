import { readHome } from '@hookline/stack';

export interface TestSettings {
  /**
   * Where Postgres comes from. `native` uses the packaged binaries and starts in a second. `containers` needs Docker.
   * `auto` means `native` if there are binaries for the platform, and `containers` otherwise.
   */
  servers: 'auto' | 'native' | 'containers';
  /** The directory of the downloaded nats-server. */
  home: string;
}

export function readTestSettings(env: NodeJS.ProcessEnv): TestSettings {
  const servers = env['TEST_SERVERS'] || 'auto';
  if (servers !== 'auto' && servers !== 'native' && servers !== 'containers') {
    throw new Error(`TEST_SERVERS: "${servers}" must be auto, native or containers`);
  }
  return { servers, home: readHome(env) };
}
