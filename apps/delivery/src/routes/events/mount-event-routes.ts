import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountDeleteEvent } from './delete-event.ts';
import { mountExportEvents } from './export-events.ts';
import { mountGetEvent } from './get-event.ts';
import { mountGetEventRequest } from './get-event-request.ts';
import { mountGetJourney } from './get-journey.ts';
import { mountGetRawEventRequest } from './get-raw-event-request.ts';
import { mountListEvents } from './list-events.ts';
import { mountReplayEdited } from './replay-edited.ts';
import { mountReplayWebhook } from './replay-webhook.ts';
import { mountReportLocalResults } from './report-local-results.ts';
import { mountRetryEvent } from './retry-event.ts';
import { mountTestWebhook } from './test-webhook.ts';

export function mountEventRoutes(app: FastifyInstance, context: RouteContext): void {
  mountListEvents(app, context);
  mountExportEvents(app, context);
  mountGetEvent(app, context);
  mountGetEventRequest(app, context);
  mountGetRawEventRequest(app, context);
  mountGetJourney(app, context);
  mountRetryEvent(app, context);
  mountReplayWebhook(app, context);
  mountReplayEdited(app, context);
  mountDeleteEvent(app, context);
  mountReportLocalResults(app, context);
  mountTestWebhook(app, context);
}
