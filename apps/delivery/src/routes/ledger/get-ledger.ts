import { operations } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { countLedger } from '../../operations/ledger/count-ledger.ts';
import type { RouteContext } from '../context.ts';

export function mountGetLedger(app: FastifyInstance, context: RouteContext): void {
  mountOperation(app, operations.getLedger, context.authenticate, async () => ({
    data: await countLedger(context.bus, context.database),
  }));
}
