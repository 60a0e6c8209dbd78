import type { JourneyStep } from '@hookline/contracts';
import {
  Ban,
  CircleCheck,
  CirclePause,
  CircleSlash,
  CircleX,
  Copy,
  CornerDownRight,
  Filter,
  Inbox,
  type LucideIcon,
  RotateCw,
  Terminal,
  Undo2,
  XCircle,
} from 'lucide-react';
import { useState } from 'react';
import { AttemptDetails } from '../../attempts/attempt-details.tsx';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Time } from '../../ui/time.tsx';
import { TONE_TINT, type Tone } from '../../ui/tone.ts';
import { foldSteps, type JourneyLine } from './fold-steps.ts';

const LOOKS: Readonly<Record<JourneyStep['step'], { tone: Tone; icon: LucideIcon }>> = {
  received: { tone: 'active', icon: Inbox },
  duplicate: { tone: 'muted', icon: Copy },
  matched: { tone: 'neutral', icon: CornerDownRight },
  unmatched: { tone: 'muted', icon: Filter },
  attempted: { tone: 'danger', icon: CircleX },
  delivered: { tone: 'success', icon: CircleCheck },
  dropped: { tone: 'muted', icon: CircleSlash },
  retrying: { tone: 'warning', icon: RotateCw },
  parked: { tone: 'warning', icon: CirclePause },
  dead: { tone: 'danger', icon: XCircle },
  discarded: { tone: 'muted', icon: Ban },
  replayed: { tone: 'active', icon: Undo2 },
  forwarded: { tone: 'muted', icon: Terminal },
};

/** Every step of an event on one clock, oldest first. Like steps are one line. */
export function Journey({ steps }: { steps: readonly JourneyStep[] }) {
  const lines = foldSteps(steps);
  return (
    <ol aria-label="Journey" className="grid">
      {lines.map((line, index) => (
        <JourneyItem key={keyOf(line)} line={line} isLast={index === lines.length - 1} />
      ))}
    </ol>
  );
}

/** Steps of one moment differ in their words. */
const keyOf = ({ steps: [{ at, text }] }: JourneyLine) => `${at} ${text}`;

function JourneyItem({ line: { steps }, isLast }: { line: JourneyLine; isLast: boolean }) {
  const [first] = steps;
  const [isUnfolded, setUnfolded] = useState(false);
  const { tone, icon: Icon } = LOOKS[first.step];
  const isFolded = steps.length > 1;
  const isMarked = first.deliveryId !== undefined && location.hash === `#${first.deliveryId}`;
  return (
    <li className="grid grid-cols-[1.25rem_minmax(0,1fr)] gap-x-3">
      <div className="flex flex-col items-center">
        <span
          className={classNames(
            'mt-0.5 inline-flex size-5 shrink-0 items-center justify-center rounded-full',
            TONE_TINT[tone],
          )}
        >
          <Icon aria-hidden className="size-3.5" />
        </span>
        {!isLast && <span aria-hidden className="w-px flex-1 bg-line-strong" />}
      </div>
      <div className={classNames('min-w-0 pb-3', isMarked && 'rounded-md bg-selected px-2')}>
        <div className="flex min-w-0 items-start gap-3">
          <p className="min-w-0 flex-1 break-words pt-0.5">{isFolded ? foldedText(steps) : first.text}</p>
          <Time at={first.at} form="clock" className="pt-0.5 text-subtle text-xs" />
        </div>
        {isFolded && (
          <Button
            size="small"
            tone="quiet"
            className="-ml-2"
            onClick={() => setUnfolded(!isUnfolded)}
            aria-expanded={isUnfolded}
          >
            {isUnfolded ? 'Fold' : `Show each of the ${steps.length}`}
          </Button>
        )}
        {isFolded && isUnfolded && (
          <ol className="mt-1 grid gap-2 border-line border-l pl-3">
            {steps.map((step) => (
              <li key={step.attempt?.attempt ?? step.webhookId}>
                <div className="flex items-start gap-3">
                  <p className="min-w-0 flex-1">{step.text}</p>
                  <Time at={step.at} form="clock" className="text-subtle text-xs" />
                </div>
                {step.attempt && <AttemptDetails attempt={step.attempt} />}
              </li>
            ))}
          </ol>
        )}
        {!isFolded && first.attempt && (
          <AttemptDetails attempt={first.attempt} isOpenAtFirst={first.step === 'attempted'} />
        )}
      </div>
    </li>
  );
}

/** `Attempts 2–7 to "crm": 503`, from the words of the first; `12 endpoints did not match`. */
function foldedText(steps: JourneyLine['steps']): string {
  const [first] = steps;
  if (first.step === 'unmatched') return `${steps.length} endpoints did not match`;
  const numbers = `${first.attempt?.attempt}–${steps.at(-1)?.attempt?.attempt}`;
  return first.text.replace(/^Attempt \d+/, `Attempts ${numbers}`).replace(/, \d+ ms$/, ', each time');
}
