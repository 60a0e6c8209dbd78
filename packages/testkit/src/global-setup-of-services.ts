import type { TestProject } from 'vitest/node';
import { startTestServers } from './start-test-servers.ts';

/** vitest's globalSetup for tests that start all services: the scheduler would create the missing partitions again. */
export default (project: TestProject) => startTestServers(project, { keepsAllDays: true });
