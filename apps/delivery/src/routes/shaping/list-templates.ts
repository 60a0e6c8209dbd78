import { operations, TEMPLATE_IDS } from '@hookline/contracts';
import { mountOperation } from '@hookline/service';
import type { FastifyInstance } from 'fastify';
import { TEMPLATES } from '../../pipeline/transformations/templates/index.ts';
import type { RouteContext } from '../context.ts';

export function mountListTemplates(app: FastifyInstance, { authenticate }: RouteContext): void {
  mountOperation(app, operations.listTemplates, authenticate, () => ({
    data: TEMPLATE_IDS.map((id) => ({ id, ...TEMPLATES[id] })),
  }));
}
