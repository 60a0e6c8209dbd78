import { ConfigurationError } from './read-env.ts';

/**
 * Reads a configuration and goes on with it. Of a configuration that is not valid it prints every problem, and lets the
 * process end with 1.
 */
export async function withConfiguration<Configuration>(
  read: () => Configuration,
  use: (configuration: Configuration) => Promise<void>,
): Promise<void> {
  let configuration: Configuration;
  try {
    configuration = read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
    return;
  }
  await use(configuration);
}
