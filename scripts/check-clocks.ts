// Part of `npm run lint`: the wall clock is read only where a time of day is meant.
//
// People and time daemons set a wall clock back and forth. An interval, a timeout, a throttle, a time to live or a lease
// inside a process is measured by performance.now(). Times that replicas share use the database's clock (now()
// in SQL, DatabaseClock in delivery).
import { globSync, readFileSync } from 'node:fs';

/** Where `Date.now()` or `new Date()` is right, and why. */
const WALL_TIMES: Record<string, string> = {
  'apps/cli/src/commands/doctor-command.ts': "the difference from the gateway's clock",
  'apps/cli/src/commands/listen-command.ts': 'how long ago `--since` is',
  'apps/cli/src/commands/replay-command.ts': 'the time that a signature bears',
  'apps/cli/src/commands/tail-command.ts': 'how long ago `--since` is',
  'apps/cli/src/commands/trigger-command.ts': 'the time that a signature bears',
  'apps/cli/src/listen/listen-session.ts': 'the time that a signature bears',
  'apps/dashboard/src/time/clock.ts': 'how long ago a time is, as pages show it',
  'apps/delivery/src/endpoints/announcements/announcer.ts': 'the receipt of an event of our own',
  'apps/delivery/src/pipeline/dead-letters/dead-letter-publisher.ts': 'shown: when a delivery gave up',
  'apps/delivery/src/pipeline/outcomes/reduce-outcome.ts': 'shown: when an attempt began',
  'apps/delivery/src/pipeline/lanes/lane-registry.ts': 'shown: since when, and when the next probe is',
  'apps/delivery/src/routes/endpoints/settings/check-auth.ts': 'the validity of a certificate',
  'apps/delivery/src/routes/endpoints/get-public-keys.ts':
    'until when a rotated key signs, as its signatures say',
  'apps/delivery/src/routes/endpoints/regenerate-secret.ts':
    'until when a rotated secret signs: in days, beside the time that signatures bear',
  'apps/delivery/src/routes/endpoints/test-endpoint.ts': 'the time of a test event',
  'apps/delivery/src/routes/endpoints/read-health.ts': 'shown: until when code is not run',
  'apps/delivery/src/routes/events/replay-edited.ts': 'the time of an event that is made from another one',
  'apps/delivery/src/routes/events/when-stored.ts': 'beside the time in an id; a mistake costs half a second',
  'apps/delivery/src/routes/keys/mount-public-keys.ts':
    'until when a rotated key signs, as its signatures say',
  'apps/delivery/src/routes/shaping/tried-event.ts': 'the time of an event that is made up',
  'apps/delivery/src/routes/events/test-webhook.ts': 'the time of a test event',
  'apps/delivery/src/pipeline/sending/attempt-delivery.ts':
    'shown: when an attempt began that came to nothing',
  'apps/delivery/src/pipeline/sending/attempt-log.ts': 'logged: when the next attempt is',
  'apps/delivery/src/pipeline/sending/authorized-sender.ts': 'shown: when an attempt began',
  'apps/delivery/src/pipeline/sending/build-request.ts': 'the time that a signature bears',
  'apps/delivery/src/pipeline/sending/send-request.ts': 'shown: when an attempt began',
  'apps/delivery/src/pipeline/sending/shape-request.ts': 'shown: when an attempt began',
  'apps/delivery/src/pipeline/transformations/create-transformer.ts': 'shown: when an attempt began',
  'apps/delivery/src/operations/verification/inspect-certificate.ts': 'the validity of a certificate',
  'apps/delivery/src/operations/verification/verify-endpoint.ts':
    'the time that a signature bears, and that of a test event',
  'apps/gateway/src/alerts/notifications/channel-sender.ts': 'the time that a signature bears',
  'apps/gateway/src/routes/alerts/test-alert-rule.ts': 'shown: the time of a test',
  'apps/gateway/src/auth/use-credential.ts': 'until when a key is valid, in the wall time of all identities',
  'apps/gateway/src/feed/hub/feed-hub.ts': 'the lag behind the receipt, which another machine stamped',
  'apps/gateway/src/feed/monitoring/monitor.ts': 'shown: the time',
  'apps/gateway/src/feed/sessions/expiry-watch.ts': 'the end of a token, which its issuer stamped',
  'apps/gateway/src/feed/sessions/feed-session.ts': 'shown: the time',
  'packages/client/src/api/to-http-error.ts': 'the date in `Retry-After`',
  'packages/client/src/verify/verify.ts': 'the time of a signature, which another machine stamped',
  'packages/contracts/src/webhook-health.ts': 'shown: the time',
  'apps/gateway/src/routes/operations/get-journey.ts': 'shown: the time',
  'apps/ingest/src/diagnose/read-pasted-request.ts': 'the age of a signature',
  'apps/ingest/src/inbound/inbound-handler.ts': 'the receipt, and the age of a signature',
  'apps/ingest/src/journal/event-journal.ts': 'the name of a segment, which other starts sort by',
  'apps/ingest/src/rejections/rejection-keeper.ts': 'an id, and shown: when it was refused',
  'apps/ingest/src/routes/managed-sources/put-managed-source.ts':
    'an id, and shown: since when a secret is set',
  'apps/ingest/src/routes/sources/create-source.ts': 'an id, and shown: since when a secret is set',
  'apps/ingest/src/routes/sources/update-source.ts': 'shown: since when a secret is set',
  'apps/scheduler/src/tokens/refresher.ts':
    'the age of a result in NATS, which is there while the database and its clock are away',
  'packages/service/src/create-id-factory.ts': 'the time in an id',
  'packages/service/src/receipt-clock.ts': 'the receipt, held against the clock of the database',
  'packages/signing/src/check-timestamp.ts': 'the age of a signature',
};

/** Packages for developers that are not part of a service. */
const TOOLS = ['bench', 'demo', 'emulators', 'stack', 'testkit', 'e2e', 'db-tests'];

const files = globSync('{apps,packages}/*/src/**/*.ts').filter(
  (file) => !/node_modules|\.test\.ts$/.test(file) && !TOOLS.includes(file.split('/')[1] as string),
);
const readsWallClock = (line: string) =>
  /\bDate\.now\b|\bnew Date\(\)/.test(line.replace(/^\s*(\/\/|\/?\*).*/, ''));

const problems: string[] = [];
const seen = new Set<string>();
for (const file of files) {
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (!readsWallClock(line)) continue;
    seen.add(file);
    if (WALL_TIMES[file] === undefined)
      problems.push(`${file}:${index + 1}: reads the wall clock: ${line.trim()}`);
  }
}
for (const file of Object.keys(WALL_TIMES)) {
  if (!seen.has(file))
    problems.push(
      `${file}: does not read the wall clock: remove it from the list in ${import.meta.filename}`,
    );
}
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);
