import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ApiError, createOpenApi } from '@hookline/contracts';
import type { CliCalls } from '@hookline/contracts/shell';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { describeOperations } from './described-operation.ts';
import {
  ERRORS_PATH,
  type ErrorText,
  REFERENCE_PATH,
  renderErrors,
  renderOperation,
  renderOverview,
} from './render-page.ts';

const YEAR_SECONDS = 31_536_000;

/**
 * GET /docs/api: the reference of the API, one page for each operation, from the same document as /openapi.json. GET
 * /docs/errors: the error codes.
 */
export function mountReference(app: FastifyInstance): void {
  const operations = describeOperations(createOpenApi());
  const cliCalls = readCliCalls();
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  const files = {
    style: mountFile(app, 'reference.css', 'text/css; charset=utf-8'),
    script: mountFile(app, 'reference.js', 'text/javascript; charset=utf-8'),
  };
  /** Pages are rendered once: there is one for each operation. */
  const pages = new Map<string, string>();

  app.get(REFERENCE_PATH, (_request, reply) =>
    sendPage(
      reply,
      page('', () => renderOverview(operations, files)),
    ),
  );
  app.get(ERRORS_PATH, (_request, reply) =>
    sendPage(
      reply,
      page(ERRORS_PATH, () => renderErrors(readErrorTexts(), operations, files)),
    ),
  );
  app.get<{ Params: { id: string } }>(`${REFERENCE_PATH}/:id`, (request, reply) => {
    const operation = byId.get(request.params.id);
    if (operation === undefined)
      throw new ApiError('not_found', { message: `There is no operation ${request.params.id}` });
    return sendPage(
      reply,
      page(operation.id, () => renderOperation(operation, operations, files, cliCalls)),
    );
  });

  function page(id: string, render: () => string): string {
    const known = pages.get(id);
    if (known !== undefined) return known;
    const rendered = render();
    pages.set(id, rendered);
    return rendered;
  }
}

/** As scripts/cli-reference.ts writes them from the commands of the CLI. */
function readCliCalls(): CliCalls {
  return JSON.parse(readAsset('cli-calls.json').toString());
}

/** As scripts/error-texts.ts writes them from docs/errors.md. */
function readErrorTexts(): ErrorText[] {
  return JSON.parse(readAsset('error-texts.json').toString());
}

/** From `src` and from `dist` alike. */
const readAsset = (name: string) => readFileSync(new URL(`../../assets/${name}`, import.meta.url));

/** @returns the address of the file, which changes with its content */
function mountFile(app: FastifyInstance, name: string, contentType: string): string {
  const content = readAsset(name);
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12);
  const path = `/docs/assets/${hash}/${name}`;
  app.get(path, (_request, reply) =>
    reply
      .type(contentType)
      .header('cache-control', `public, max-age=${YEAR_SECONDS}, immutable`)
      .send(content),
  );
  return path;
}

function sendPage(reply: FastifyReply, text: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(text);
}
