/** The program of a sandbox thread: it runs one job after another until it is terminated. */
import { parentPort, workerData } from 'node:worker_threads';
import { createRunClock } from './run-clock.ts';
import { createCodeRunner } from './run-code.ts';
import type { ThreadData } from './thread-data.ts';
import type { SandboxJob } from './types.ts';

if (!parentPort) throw new Error('this file must run in a worker thread');
const port = parentPort;
const { limits, engine, clock } = workerData as ThreadData;
const runCode = createCodeRunner({ limits, engine, clock: createRunClock(limits, clock) });

port.on('message', (job: SandboxJob) => {
  void runCode(job).then((result) => port.postMessage(result));
});
port.postMessage('ready');
