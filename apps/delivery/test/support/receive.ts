import { type Receiver, type ReceiverOptions, startReceiver } from '@hookline/testkit';
import { onTestFinished } from 'vitest';

/** Starts a receiver that is closed at the end of the test. */
export async function receive(options?: ReceiverOptions): Promise<Receiver> {
  const receiver = await startReceiver(options);
  onTestFinished(() => receiver.close());
  return receiver;
}
