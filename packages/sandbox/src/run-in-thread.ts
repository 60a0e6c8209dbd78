/** What a thread of the sandbox runs: one job after the other, until it is ended. */
import { parentPort, workerData } from 'node:worker_threads';
import { createCodeRunner } from './run-code.ts';
import type { SandboxJob, SandboxLimits } from './types.ts';

if (!parentPort) throw new Error('this file is run by a thread');
const port = parentPort;
const runCode = createCodeRunner(workerData as SandboxLimits);

port.on('message', (job: SandboxJob) => {
  void runCode(job).then((result) => port.postMessage(result));
});
port.postMessage('ready');
