/**
 * The OpenAPI document of the HTTP API, from packages/contracts. `--write` writes it; without an option (a part of
 * `npm run lint`) it fails if the file is out of date, or if the API would break callers of the last release.
 */
import { existsSync, readFileSync } from 'node:fs';
import { API_VERSION, createOpenApi, findBreakingChanges } from '../packages/contracts/src/index.ts';
import { writeOrCheck } from './generated-file.ts';

const FILE = 'docs/openapi.json';
/** The document of the last release. A release copies the file above to it; it does not exist before the first. */
const RELEASED = 'docs/openapi-released.json';

const document = createOpenApi();
writeOrCheck({
  file: FILE,
  current: `${JSON.stringify(document, null, 1)}\n`,
  upToDate: `${FILE} is the API as packages/contracts defines it.`,
  stale: `${FILE} is not the API as packages/contracts defines it. Write it with: node --conditions=@hookline/source scripts/openapi.ts --write`,
});

if (existsSync(RELEASED)) {
  const released = JSON.parse(readFileSync(RELEASED, 'utf8'));
  const isSameMajor = API_VERSION.split('.')[0] === String(released.info.version).split('.')[0];
  const changes = isSameMajor ? findBreakingChanges(released, document) : [];
  if (changes.length > 0) {
    console.error(`The API breaks callers of the release ${released.info.version}:`);
    for (const change of changes) console.error(`  ${change}`);
    process.exitCode = 1;
  }
}
