import { isHooklineError, requestLineOf } from '@hookline/client';
import { Download } from 'lucide-react';
import { useCall } from '../../api/use-call.ts';
import { Unreadable } from '../../shell/unreadable.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { KeyValue } from '../../ui/key-value.tsx';
import { PlainText } from '../../ui/plain-text.tsx';
import { SkeletonRows } from '../../ui/skeleton.tsx';

/** The request that brought an event, as the provider sent it. */
export function EventRequest({ id }: { id: string }) {
  const { data, error, refetch } = useCall('getEventRequest', { params: { id } });
  if (isHooklineError(error) && error.code === 'request_not_kept')
    return (
      <EmptyState kind="nothing-yet" title="There is no request">
        {error.message}
      </EmptyState>
    );
  if (error) return <Unreadable error={error} onRetry={refetch} />;
  if (!data) return <SkeletonRows count={6} />;
  const { method, url, headers, headersLeftOut, body } = data.data;
  return (
    <div className="grid gap-4">
      <p className="break-all font-mono text-xs">
        <span className="font-semibold">{method}</span> {url}
      </p>
      <section>
        <h4 className="mb-1 font-medium text-xs">Headers</h4>
        <KeyValue look="mono" items={headers} />
        {headersLeftOut.length > 0 && (
          <p className="mt-1 text-subtle text-xs">Not stored, beyond 32 KB: {headersLeftOut.join(', ')}</p>
        )}
      </section>
      <section>
        <div className="mb-1 flex items-center justify-between gap-2">
          <h4 className="font-medium text-xs">
            Body, {body.sizeBytes.toLocaleString('en')} bytes
            {body.encoding === 'base64' && ', in base64'}
            {body.isCut && ', the first 256 KiB'}
          </h4>
          <span className="flex items-center gap-1">
            <CopyButton text={body.content} label="Copy the body" />
            <a
              className={buttonClass({ size: 'small' })}
              href={requestLineOf('getRawEventRequest', { params: { id } }).path}
              download
            >
              <Download aria-hidden className="size-3.5" />
              Download
            </a>
          </span>
        </div>
        <PlainText label="Body" text={body.content} isWrapped className="max-h-96 rounded-md bg-canvas p-2" />
      </section>
    </div>
  );
}
