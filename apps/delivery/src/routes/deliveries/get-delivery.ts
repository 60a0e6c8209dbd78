import { operations, tenantToRead } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { listAttempts } from '../../sql/list-attempts.ts';
import type { RouteContext } from '../context.ts';
import { dataWithPayload } from '../data-with-payload.ts';
import { presentAttempt } from './present-attempt.ts';
import { presentDelivery } from './present-delivery.ts';
import { readParking } from './read-parking.ts';
import { parseDeliveryKey, requireDelivery } from './require-delivery.ts';
import { readContentsOf } from './with-contents.ts';

export function mountGetDelivery(app: FastifyInstance, context: RouteContext): void {
  const { database } = context;
  mountOperation(app, operations.getDelivery, context.authenticate, async ({ principal, params, query }) => {
    const key = parseDeliveryKey(params.id);
    const tenant = tenantToRead(principal, query.userId);
    const { delivery, attempts } = await database.withScope(tenant, async (tx) => {
      const row = await requireDelivery(tx, key);
      return {
        delivery: presentDelivery(row, context.waitReason, await readParking(tx, [row])),
        attempts: await listAttempts(tx, row),
      };
    });
    const attemptLog = await Promise.all(attempts.map(presentAttempt));
    const { payload, responseBody } = await readContentsOf(database, tenant, delivery);
    return dataWithPayload({ ...delivery, responseBody, attemptLog }, payload);
  });
}
