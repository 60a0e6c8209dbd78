/** Downloads nats-server if it is missing, and prints the progress. Runs before the tests, which print no progress. */
import { readHome } from './env.ts';
import { StackError } from './errors.ts';
import { findNatsServer } from './find-nats-server.ts';
import { formatLogEntry } from './format-log-entry.ts';

try {
  await findNatsServer({
    home: readHome(process.env),
    env: process.env,
    log: (entry) => console.error(formatLogEntry(entry)),
  });
} catch (error) {
  console.error(error instanceof StackError ? `\n${error.message}` : error);
  process.exitCode = 1;
}
