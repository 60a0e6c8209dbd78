import {
  ApiError,
  type Explanation,
  type Filter,
  matchesEventType,
  operations,
  type PastedEvent,
  TEMPLATE_IDS,
  type Transformation,
  tenantToRead,
} from '@hookline/contracts';
import type { endpoints } from '@hookline/db/delivery';
import type { CompiledFilter } from '@hookline/filters';
import { type Authenticate, mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { compileStoredFilter } from '../../endpoints/catalog/compile-stored-filter.ts';
import type { FilterEvaluator } from '../../pipeline/filters/filter-evaluator.ts';
import { TEMPLATES } from '../../pipeline/transformations/templates/index.ts';
import type { RouteContext } from '../context.ts';
import { requireEndpoint } from '../endpoints/require-endpoint.ts';
import { checkFilter } from '../endpoints/settings/check-filter.ts';
import { warnOfFilter, withWarnings } from '../warnings.ts';
import { readTriedEvent, type TriedEvent } from './tried-event.ts';
import { tryLastEvents } from './try-last-events.ts';
import { tryTransformation } from './try-transformation.ts';

type EndpointRow = typeof endpoints.$inferSelect;

/** Filters and transformations tried on events, without sending anything; templates. */
export function mountShapingRoutes(
  app: FastifyInstance,
  context: RouteContext,
  authenticate: Authenticate,
): void {
  const { database, filters, transformer } = context;

  mountOperation(app, operations.listTemplates, authenticate, () => ({
    data: TEMPLATE_IDS.map((id) => ({ id, ...TEMPLATES[id] })),
  }));

  mountOperation(
    app,
    operations.explainEndpoint,
    authenticate,
    async ({ principal, params, query, body }) => {
      const given = body as {
        eventId?: string;
        event?: PastedEvent;
        filter?: Filter | null;
        transformation?: Transformation | null;
        lastEvents?: number;
      };
      const row = await database.withScope(tenantToRead(principal, query.userId), (tx) =>
        requireEndpoint(tx, params.id),
      );
      const event = await readTriedEvent(database, row.tenantId, given);
      if (!event && given.lastEvents === undefined) throw namesNothing('eventId, event or lastEvents');
      const filter = filterOf(row, given.filter);
      const checks = event ? await listChecks(filters, row, filter, event) : [];
      const transformation = given.transformation === undefined ? row.transformation : given.transformation;
      const explanation: Explanation = {
        wouldMatch: event ? checks.every(({ holds }) => holds) : null,
        checks,
        transformation:
          event && transformation
            ? await tryTransformation(transformer, { ...row, transformation, event })
            : null,
        lastEvents:
          given.lastEvents === undefined
            ? null
            : await tryLastEvents(database, row.tenantId, row.events, filter, given.lastEvents),
      };
      return { data: explanation, ...withWarnings(warnOfFilter(given.filter)) };
    },
  );

  mountOperation(app, operations.transformEvent, authenticate, async ({ principal, params, query, body }) => {
    const given = body as {
      eventId?: string;
      event?: PastedEvent;
      transformation?: Transformation | null;
    };
    const row = await database.withScope(tenantToRead(principal, query.userId), (tx) =>
      requireEndpoint(tx, params.id),
    );
    const event = await readTriedEvent(database, row.tenantId, given);
    if (!event) throw namesNothing('eventId or event');
    const transformation =
      (given.transformation === undefined ? row.transformation : given.transformation) ?? undefined;
    return { data: await tryTransformation(transformer, { ...row, transformation, event }) };
  });
}

const namesNothing = (names: string) =>
  new ApiError('invalid_request', { message: `body: say what to try it on: ${names}` });

/** The filter to be tried, else the saved one. @throws ApiError `invalid_filter` */
function filterOf(row: EndpointRow, given: Filter | null | undefined): CompiledFilter | undefined {
  if (given === undefined) return row.filter === null ? undefined : compileStoredFilter(row.filter);
  return given === null ? undefined : checkFilter(given);
}

/** In the order in which fan-out makes them; all of them, also after one that does not hold. */
async function listChecks(
  filters: FilterEvaluator,
  row: EndpointRow,
  filter: CompiledFilter | undefined,
  { attributes, payload }: TriedEvent,
): Promise<Explanation['checks']> {
  const { type } = attributes;
  const pattern = row.events.find((each) => matchesEventType(each, type));
  const checks: Explanation['checks'] = [
    {
      check: 'active',
      holds: row.active,
      message: row.active
        ? 'The endpoint is switched on'
        : `The endpoint is switched off${row.disabledReason === null ? '' : `: ${row.disabledReason}`}`,
    },
    {
      check: 'event_type',
      holds: pattern !== undefined,
      message:
        pattern === undefined
          ? `The endpoint's event types do not include ${type}`
          : `The endpoint's event types include ${type} by ${pattern}`,
    },
  ];
  if (!filter) return checks;
  const [verdict] = await filters.evaluate(attributes, payload, [filter], true);
  const mismatch = verdict?.mismatch;
  checks.push({
    check: 'filter',
    holds: mismatch === undefined,
    message:
      mismatch === undefined ? 'The filter wants it' : `The filter does not want it: ${mismatch.message}`,
    conditions: verdict?.conditions ?? [],
  });
  return checks;
}
