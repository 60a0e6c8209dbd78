/** Makes sure that nats-server is there, saying what it does meanwhile: run before tests, which show nothing of it. */
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
