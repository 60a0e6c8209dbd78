import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { ApiError } from '@hookline/contracts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

export const DASHBOARD_PATH = '/dashboard';

const NOT_BUILT =
  'The dashboard is not built: run "npm run build" in the repository, or set DASHBOARD_DIR to the directory of its built files';

/** Whether the directory has a built dashboard. */
export const hasDashboard = (directory: string | undefined): directory is string =>
  directory !== undefined && existsSync(join(directory, 'index.html'));

/**
 * Serves the built dashboard. The names of its files change with their contents, so browsers keep the files. Its page is
 * the same at every address below /dashboard, because the app reads the address; browsers ask for it each time.
 * @param directory of the built files, as `vite build` writes them. Undefined: there are none
 */
export async function mountDashboard(app: FastifyInstance, directory: string | undefined): Promise<void> {
  const servePage = hasDashboard(directory) ? await serveFiles(app, directory) : refuse;
  for (const path of [DASHBOARD_PATH, `${DASHBOARD_PATH}/*`]) app.get(path, servePage);
}

function refuse(): never {
  throw new ApiError('not_found', { message: NOT_BUILT });
}

async function serveFiles(app: FastifyInstance, directory: string) {
  await app.register(fastifyStatic, {
    root: join(directory, 'assets'),
    prefix: `${DASHBOARD_PATH}/assets/`,
    index: false,
    preCompressed: true,
    immutable: true,
    maxAge: '1y',
  });
  return (_request: FastifyRequest, reply: FastifyReply) =>
    reply
      .header('cache-control', 'no-cache')
      .sendFile('index.html', directory, { cacheControl: false, immutable: false });
}
