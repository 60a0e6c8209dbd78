/**
 * The texts about the API's errors that the gateway serves at /docs/errors, from docs/errors.md. `--write` writes the
 * file; without an option (a part of `npm run lint`) it fails if the file is out of date.
 */
import { readFileSync } from 'node:fs';
import { writeOrCheck } from './generated-file.ts';

const PAGE = 'docs/errors.md';
const FILE = 'apps/gateway/assets/error-texts.json';

const texts: { topic: string; code: string; text: string }[] = [];
for (const part of readFileSync(PAGE, 'utf8').split('\n## ').slice(1)) {
  const [topic = '', ...sections] = part.split('\n### ');
  for (const section of sections) {
    const [heading = '', ...lines] = section.split('\n');
    const paragraphs = lines.join('\n').trim().split('\n\n');
    const text = paragraphs.map((each) => each.replaceAll('\n', ' ')).join('\n\n');
    texts.push({ topic: topic.trim(), code: heading.replaceAll('`', ''), text });
  }
}

writeOrCheck({
  file: FILE,
  current: `${JSON.stringify(texts, null, 2)}\n`,
  upToDate: `${FILE} has the ${texts.length} texts of ${PAGE}.`,
  stale: `${FILE} does not have the texts of ${PAGE}.`,
});
