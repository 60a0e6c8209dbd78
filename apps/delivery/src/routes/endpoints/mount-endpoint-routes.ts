import type { FastifyInstance } from 'fastify';
import type { RouteContext } from '../context.ts';
import { mountCreateEndpoint } from './create-endpoint.ts';
import { mountDeleteEndpoint } from './delete-endpoint.ts';
import { mountGetEndpoint } from './get-endpoint.ts';
import { mountGetPublicKeys } from './get-public-keys.ts';
import { mountListEndpointDeliveries } from './list-endpoint-deliveries.ts';
import { mountListEndpoints } from './list-endpoints.ts';
import { mountRegenerateSecret } from './regenerate-secret.ts';
import { mountResumeEndpoint } from './resume-endpoint.ts';
import { mountTestEndpoint } from './test-endpoint.ts';
import { mountUpdateEndpoint } from './update-endpoint.ts';
import { mountVerifyEndpoint } from './verify-endpoint.ts';

export function mountEndpointRoutes(app: FastifyInstance, context: RouteContext): void {
  mountCreateEndpoint(app, context);
  mountListEndpoints(app, context);
  mountGetEndpoint(app, context);
  mountUpdateEndpoint(app, context);
  mountDeleteEndpoint(app, context);
  mountRegenerateSecret(app, context);
  mountResumeEndpoint(app, context);
  mountGetPublicKeys(app, context);
  mountTestEndpoint(app, context);
  mountVerifyEndpoint(app, context);
  mountListEndpointDeliveries(app, context);
}
