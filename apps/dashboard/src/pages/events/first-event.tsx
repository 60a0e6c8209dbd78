import { useState } from 'react';
import { ChangeDialog } from '../../changes/change-dialog.tsx';
import { useCan, useIsOperator } from '../../session/access.ts';
import { Button } from '../../ui/button.tsx';
import { CurlLine } from '../../ui/curl-line.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

/** The tenant in the example of an operator. */
const EXAMPLE_TENANT = 'user_1';
const TEST_TYPE = 'github.push';

/** Before there is any event: how to get one. */
export function FirstEvent() {
  const isOperator = useIsOperator();
  const mayPublish = useCan('events:write');
  const [isOpen, setOpen] = useState(false);
  const tenant = isOperator ? { userId: EXAMPLE_TENANT } : {};
  const body = JSON.stringify({ ...tenant, type: 'project.created', data: { name: 'Apollo' } });
  return (
    <>
      <EmptyState
        kind="nothing-yet"
        title="No event yet"
        actions={
          mayPublish && (
            <Button tone="primary" onClick={() => setOpen(true)}>
              Send a test event
            </Button>
          )
        }
      >
        <p className="mb-3">
          Events appear here as they arrive. Publish one from a terminal, with your key in HOOKLINE_KEY:
        </p>
        <CurlLine
          curl={`curl ${location.origin}/api/events \\\n  -H "Authorization: Bearer $HOOKLINE_KEY" \\\n  -H 'Content-Type: application/json' \\\n  -d '${body}'`}
        />
      </EmptyState>
      {isOpen && (
        <ChangeDialog
          title="Send a test event"
          description="Hookline publishes a sample of a push to GitHub. It is sent to every endpoint that matches."
          operation="testWebhook"
          request={{ body: { eventType: TEST_TYPE, ...tenant } }}
          confirm="Send"
          done={({ data }) => data.message}
          onClose={() => setOpen(false)}
        />
      )}
    </>
  );
}
