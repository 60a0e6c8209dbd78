import {
  type DocumentedSnippet,
  GITHUB_SYSTEM_SNIPPETS,
  META_SYSTEM_SNIPPETS,
  MONITORING_SYSTEM_SNIPPETS,
  QUICK_START_SNIPPETS,
  SUMMARY_SNIPPETS,
} from './documented-snippets.ts';

/** A call that a document of an earlier webhook service shows. */
export interface DocumentedLine {
  /** The arguments of curl, as documented: only host, port, token, ids and the receiver are variables of the shell. */
  readonly curl: string;
  /** The status that the document promises, or that its text implies. */
  readonly status: number;
  /** Text that the answer must contain. */
  readonly contains?: string;
  /** Variables for later lines, each with the path of its value in the answer. */
  readonly keeps?: Readonly<Record<string, string>>;
  /** Waits until the answer contains this text: the line shows the effect of earlier ones. */
  readonly waitsFor?: string;
  /** The documented call that this line takes the place of, and why. */
  readonly replaces?: string;
}

export interface DocumentedService {
  readonly document: string;
  readonly lines: readonly DocumentedLine[];
  readonly snippets: readonly DocumentedSnippet[];
}

const AUTHORIZED = '-H "Authorization: Bearer $TOKEN"';
const JSON_BODY = '-H "Content-Type: application/json"';

/**
 * Every documented call and piece of code of the services that Hookline replaces, in an order in which they can be run: the
 * calls of a document first. Variables: $URL the
 * gateway, $TOKEN a key, $RECEIVER an address that answers 200, $GITHUB, $META, $STRIPE and $CLERK a signed body each,
 * with its headers.
 */
export const DOCUMENTED_SERVICES: readonly DocumentedService[] = [
  {
    document: 'Webhook and real-time monitoring system',
    snippets: MONITORING_SYSTEM_SNIPPETS,
    lines: [
      {
        curl: `-X POST $URL/api/webhooks/github/test-user -H "X-Hub-Signature-256: sha256=invalid" -H "X-GitHub-Event: push" ${JSON_BODY} -d '{"test": "data"}'`,
        status: 401,
        contains: 'Invalid signature',
      },
      {
        curl: `-X POST $URL/api/webhooks/slack/test-user ${JSON_BODY} -d '{"type": "event_callback", "event": {"type": "message"}}'`,
        status: 401,
        contains: 'Request timestamp too old',
      },
      { curl: '$URL/api/webhooks/health', status: 200, contains: '"endpoints"' },
      { curl: `-X POST $URL/api/webhooks/github/abc123 "\${GITHUB[@]}"`, status: 200 },
      {
        curl: `-X POST $URL/api/webhooks/gmail ${JSON_BODY} -d '{"message": {"data": "e30="}}'`,
        status: 401,
        contains: 'Invalid signature',
      },
      {
        curl: `-X POST $URL/api/webhooks/discord/test-user ${JSON_BODY} -d '{"type": 1}'`,
        status: 401,
        replaces: 'The document answers that Discord is not supported. Hookline verifies its signature.',
      },
      { curl: `$URL/api/webhooks/list ${AUTHORIZED}`, status: 200, contains: '"data"' },
    ],
  },
  {
    document: 'Webhook system: quick start',
    snippets: QUICK_START_SNIPPETS,
    lines: [
      {
        curl: `-X POST $URL/api/webhooks ${AUTHORIZED} ${JSON_BODY} -d "{\\"name\\": \\"Test Webhook\\", \\"url\\": \\"$RECEIVER\\", \\"events\\": [\\"project.created\\", \\"session.started\\"], \\"description\\": \\"Testing webhook delivery\\"}"`,
        status: 201,
        contains: '"secret":"whsec_',
        keeps: { WEBHOOK: 'data.id' },
      },
      { curl: `-X POST $URL/api/webhooks/$WEBHOOK/test ${AUTHORIZED}`, status: 202 },
      {
        curl: `-X POST $URL/api/events ${AUTHORIZED} ${JSON_BODY} -d '{"type": "project.created", "data": {"name": "Test Project", "description": "This will trigger a webhook"}}'`,
        status: 202,
        keeps: { EVENT: 'data.id' },
        replaces: 'POST /api/projects is a call of the application, whose code publishes the event.',
      },
      {
        curl: `$URL/api/webhooks/$WEBHOOK/deliveries ${AUTHORIZED}`,
        status: 200,
        waitsFor: '"eventType":"project.created"',
      },
      { curl: `$URL/api/webhooks/$WEBHOOK/stats ${AUTHORIZED}`, status: 200 },
      { curl: `$URL/api/webhooks/queue/stats ${AUTHORIZED}`, status: 200, contains: '"waiting"' },
      { curl: `-X POST $URL/api/webhooks/queue/retry-failed ${AUTHORIZED}`, status: 202 },
      {
        curl: `-X POST $URL/api/webhooks/queue/retry-failed ${AUTHORIZED} ${JSON_BODY} -d "{\\"webhookId\\": \\"$WEBHOOK\\"}"`,
        status: 202,
      },
      { curl: `$URL/api/webhooks/$WEBHOOK ${AUTHORIZED}`, status: 200, contains: '"active":true' },
    ],
  },
  {
    document: 'Webhook system: implementation summary',
    snippets: SUMMARY_SNIPPETS,
    lines: [
      { curl: `-X POST $URL/api/webhooks/stripe "\${STRIPE[@]}"`, status: 200 },
      { curl: `-X POST $URL/api/webhooks/clerk "\${CLERK[@]}"`, status: 200 },
      { curl: `$URL/api/webhooks/events ${AUTHORIZED}`, status: 200, contains: 'project.created' },
      {
        curl: `-X POST $URL/api/webhooks ${AUTHORIZED} ${JSON_BODY} -d "{\\"name\\": \\"Test Webhook\\", \\"url\\": \\"$RECEIVER\\", \\"events\\": [\\"project.created\\"]}"`,
        status: 201,
        keeps: { SECOND: 'data.id' },
      },
      { curl: `$URL/api/webhooks ${AUTHORIZED}`, status: 200, contains: '"page"' },
      { curl: `$URL/api/webhooks/$SECOND ${AUTHORIZED}`, status: 200 },
      {
        curl: `-X PUT $URL/api/webhooks/$SECOND ${AUTHORIZED} ${JSON_BODY} -d '{"description": "changed"}'`,
        status: 200,
        contains: '"description":"changed"',
      },
      {
        curl: `-X POST $URL/api/webhooks/$SECOND/regenerate-secret ${AUTHORIZED}`,
        status: 200,
        contains: 'whsec_',
      },
      { curl: `$URL/api/webhooks/$SECOND/deliveries ${AUTHORIZED}`, status: 200 },
      { curl: `-X POST $URL/api/webhooks/$SECOND/test ${AUTHORIZED}`, status: 202 },
      { curl: `$URL/api/webhooks/$SECOND/stats ${AUTHORIZED}`, status: 200 },
      { curl: `-X DELETE $URL/api/webhooks/$SECOND ${AUTHORIZED}`, status: 200 },
    ],
  },
  {
    document: 'Enhanced GitHub webhook system',
    snippets: GITHUB_SYSTEM_SNIPPETS,
    lines: [
      { curl: `-X POST $URL/api/webhooks/github "\${GITHUB_DELIVERY[@]}"`, status: 200 },
      {
        curl: `"$URL/api/webhook-events?repository=org/repo&event=push&limit=100" ${AUTHORIZED}`,
        status: 200,
        waitsFor: '"repository":"org/repo"',
        replaces: 'GET /api/webhooks/events lists event types, as another of the documents has it.',
      },
      { curl: `"$URL/api/webhooks/statistics?hours=24" ${AUTHORIZED}`, status: 200 },
      { curl: `$URL/api/webhooks/health ${AUTHORIZED}`, status: 200, contains: '"healthScore"' },
      { curl: `$URL/api/webhooks/events/types ${AUTHORIZED}`, status: 200, contains: 'workflow_job' },
      { curl: `"$URL/api/webhooks/failed?limit=10" ${AUTHORIZED}`, status: 200 },
      {
        curl: `-X POST $URL/api/webhooks ${AUTHORIZED} ${JSON_BODY} -d "{\\"name\\": \\"pushes\\", \\"url\\": \\"$RECEIVER\\", \\"events\\": [\\"push\\"]}"`,
        status: 201,
        replaces: 'A replay needs an endpoint that the event matches.',
      },
      { curl: `-X POST $URL/api/webhooks/replay/$DELIVERY_ID ${AUTHORIZED}`, status: 202 },
      { curl: `-X POST $URL/api/webhooks/retry-failed ${AUTHORIZED}`, status: 202 },
      {
        curl: `-X POST $URL/api/webhooks/test ${AUTHORIZED} ${JSON_BODY} -d '{"eventType": "workflow_job", "repository": "org/repo", "action": "completed"}'`,
        status: 202,
      },
    ],
  },
  {
    document: 'Webhook system for Instagram and Facebook',
    snippets: META_SYSTEM_SNIPPETS,
    lines: [
      {
        curl: `"$URL/webhook?hub.mode=subscribe&hub.verify_token=a-verify-token&hub.challenge=1158201444"`,
        status: 200,
        contains: '1158201444',
      },
      {
        curl: `-X POST $URL/api/webhooks ${AUTHORIZED} ${JSON_BODY} -d "{\\"name\\": \\"pages\\", \\"url\\": \\"http://127.0.0.1:9/nobody\\", \\"events\\": [\\"meta.*\\"], \\"maxRetries\\": 0}"`,
        status: 201,
        replaces:
          'The earlier service handles events itself. Here an endpoint gets them; this one fails, for the retry below.',
      },
      { curl: `-X POST $URL/webhook "\${META[@]}"`, status: 200 },
      {
        curl: `"$URL/api/webhook-events?eventType=meta&limit=20&offset=0" ${AUTHORIZED}`,
        status: 200,
        waitsFor: '"status":"dead_letter"',
        keeps: { META_EVENT: 'data.0.id' },
      },
      { curl: `$URL/api/webhook-events/stats ${AUTHORIZED}`, status: 200 },
      { curl: `$URL/api/webhook-events/$META_EVENT ${AUTHORIZED}`, status: 200, contains: '"payload"' },
      {
        curl: `-X POST $URL/api/webhook-events/$META_EVENT/retry ${AUTHORIZED}`,
        status: 202,
      },
      { curl: `-X DELETE $URL/api/webhook-events/$META_EVENT ${AUTHORIZED}`, status: 200 },
    ],
  },
];
