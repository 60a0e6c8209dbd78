import type { Attempt } from '@hookline/contracts';
import { ChevronRight } from 'lucide-react';
import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { KeyValue } from '../ui/key-value.tsx';
import { PlainText } from '../ui/plain-text.tsx';
import { Waterfall } from '../ui/waterfall.tsx';
import { attemptPhases } from './attempt-phases.ts';

interface AttemptDetailsProps {
  attempt: Attempt;
  isOpenAtFirst?: boolean;
}

/** The request of an attempt beside the answer to it, and where its time went. */
export function AttemptDetails({ attempt, isOpenAtFirst = false }: AttemptDetailsProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <div className="mt-1">
      <Button
        size="small"
        tone="quiet"
        className="-ml-2"
        aria-expanded={isOpen}
        onClick={() => setOpen(!isOpen)}
      >
        <ChevronRight
          aria-hidden
          className={classNames('size-3.5 transition-transform', isOpen && 'rotate-90')}
        />
        Request and answer
      </Button>
      {isOpen && (
        <div className="@container mt-1 grid gap-3 rounded-md border border-line p-3">
          {attempt.errorMessage !== null && (
            <p className="text-danger">
              {attempt.errorMessage}
              {attempt.errorCode !== null && (
                <span className="ml-2 font-mono text-xs">{attempt.errorCode}</span>
              )}
            </p>
          )}
          <Waterfall label={`Attempt ${attempt.attempt}`} phases={attemptPhases(attempt)} />
          <div className="grid gap-3 @lg:grid-cols-2">
            <Headers
              title="Request"
              headers={attempt.requestHeaders}
              absent="The headers of a request are kept for failed attempts only."
            />
            <Headers
              title={answerTitle(attempt)}
              headers={attempt.responseHeaders}
              absent="There was no answer."
            />
          </div>
          {attempt.responseBody !== null && attempt.responseBody !== '' && (
            <section>
              <h4 className="mb-1 flex items-center justify-between font-medium text-xs">
                Body of the answer{attempt.responseEnd === 'cut' && ', the first 16 KB'}
                <CopyButton text={attempt.responseBody} label="Copy the body" />
              </h4>
              <PlainText
                label="Body of the answer"
                text={attempt.responseBody}
                isWrapped
                className="max-h-60 rounded-md bg-canvas p-2"
              />
            </section>
          )}
        </div>
      )}
    </div>
  );
}

function answerTitle({ responseCode, httpVersion }: Attempt): string {
  if (responseCode === null) return 'Answer';
  return httpVersion === null ? `Answer ${responseCode}` : `Answer ${responseCode}, HTTP/${httpVersion}`;
}

interface HeadersProps {
  title: string;
  headers: Attempt['requestHeaders'];
  absent: string;
}

function Headers({ title, headers, absent }: HeadersProps) {
  const items = Object.entries(headers ?? {}).map(([name, value]) => ({ name, value }));
  return (
    <section className="min-w-0">
      <h4 className="mb-1 font-medium text-xs">{title}</h4>
      {items.length === 0 ? (
        <p className="text-subtle text-xs">{absent}</p>
      ) : (
        <KeyValue look="mono" items={items} />
      )}
    </section>
  );
}
