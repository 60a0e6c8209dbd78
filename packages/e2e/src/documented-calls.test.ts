import { expect, test } from 'vitest';
import { readDocumentedCalls, readNamedCalls } from './documented-calls.ts';

const DOCUMENT = `
Call \`POST /api/a/:id\` and \`GET /api/b\`, then \`POST /api/a/:id\`.

\`\`\`sh
curl -X PATCH "$ORIGIN/a?b=1" -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \\
  -d '{"text": "costs $5"}'
curl "$ORIGIN/b"
npm start
\`\`\`

\`\`\`json
curl no
\`\`\`
`;

test('a line of curl is read as the shell and curl read it', () => {
  const calls = readDocumentedCalls(DOCUMENT, { ORIGIN: 'http://x', KEY: 'k' });
  expect(calls).toMatchObject([
    {
      method: 'PATCH',
      url: 'http://x/a?b=1',
      headers: { authorization: 'Bearer k', 'content-type': 'application/json' },
      body: '{"text": "costs $5"}',
    },
    { method: 'GET', url: 'http://x/b', headers: {}, body: undefined },
  ]);
});

test('what cannot be read fails, so that no line is left out', () => {
  expect(() => readDocumentedCalls(DOCUMENT, { ORIGIN: 'http://x' })).toThrow('$KEY');
  const unknown = '```sh\ncurl --fancy "http://x"\n```\n';
  expect(() => readDocumentedCalls(unknown, {})).toThrow('--fancy');
});

test('each call that a sentence names is listed once', () => {
  expect(readNamedCalls(DOCUMENT)).toEqual([
    { method: 'POST', path: '/api/a/:id' },
    { method: 'GET', path: '/api/b' },
  ]);
});
