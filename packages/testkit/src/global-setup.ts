import type { TestProject } from 'vitest/node';
import { startTestServers } from './start-test-servers.ts';

/** vitest's globalSetup for tests that start parts of a service. */
export default (project: TestProject) => startTestServers(project, { keepsAllDays: false });
