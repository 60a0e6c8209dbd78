import { useState } from 'react';
import { CodeEditor } from '../../ui/code-editor.tsx';
import { CurlLine } from '../../ui/curl-line.tsx';
import { JsonTree } from '../../ui/json-tree.tsx';
import { Example } from './example.tsx';

const PAYLOAD = `{
  "action": "completed",
  "workflow_job": {
    "id": 12345678901234567890,
    "name": "test (ubuntu-latest, 24)",
    "conclusion": "failure",
    "started_at": "2026-12-01T15:01:12Z",
    "steps": [
      { "number": 1, "name": "Set up job", "conclusion": "success", "duration": 1.50 },
      { "number": 2, "name": "Run npm test", "conclusion": "failure", "duration": 84.2 }
    ],
    "labels": ["ubuntu-latest"],
    "runner_group_id": null
  },
  "repository": { "full_name": "acme/api", "private": true, "topics": [] },
  "sender": {
    "login": "octocat",
    "bio": "Works on the build of everything that has to be built, and writes long lines about it, so that one can see what becomes of a text that is wider than its row."
  }
}`;

const FILTER = `{
  "type": "github.workflow_job.completed",
  "data.workflow_job.conclusion": { "$in": ["failure", "timed_out"] }
}`;

const TRANSFORMATION = `// Sends only what the chat needs.
export default function transform(event) {
  const job = event.data.workflow_job;
  if (job.conclusion === 'success') return null;
  return { text: \`\${job.name} failed in \${event.data.repository.full_name}\` };
}`;

export function PayloadExamples() {
  const [filter, setFilter] = useState(FILTER);
  const [code, setCode] = useState(TRANSFORMATION);
  return (
    <>
      <Example title="JsonTree" isWide>
        <JsonTree label="Payload" text={PAYLOAD} onPick={() => {}} className="max-h-96 w-full" />
      </Example>
      <Example title="CodeEditor: a filter">
        <CodeEditor
          label="Filter"
          hint="Only events for which all of it holds are sent."
          language="json"
          value={filter}
          onChange={setFilter}
          problems={[
            { from: 52, to: 82, message: 'No event of the last day has this field.', severity: 'warning' },
          ]}
          className="w-full"
        />
      </Example>
      <Example title="CodeEditor: a transformation">
        <CodeEditor
          label="Transformation"
          language="javascript"
          value={code}
          onChange={setCode}
          className="w-full"
        />
      </Example>
      <Example title="CurlLine" isWide>
        <CurlLine
          curl={
            'curl http://127.0.0.1:3000/api/webhook-events/evt_01KBCPZ4J8Q0Y3V6D1T9R5W2XN/journey -H "authorization: Bearer $HOOKLINE_KEY"'
          }
          cli="hookline events journey evt_01KBCPZ4J8Q0Y3V6D1T9R5W2XN"
          className="w-full"
        />
      </Example>
    </>
  );
}
