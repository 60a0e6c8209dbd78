import type { JourneyStep } from '@hookline/contracts';

/** One line of a journey: a step, several attempts that failed alike, or several endpoints that did not match. */
export interface JourneyLine {
  steps: [JourneyStep, ...JourneyStep[]];
}

/** Fewer like steps than this are shown one by one. */
const FOLDED_FROM = 3;

/** Attempts at one delivery with the same answer are alike, and endpoints that did not match. Undefined: like no other. */
function likenessOf({ step, webhookId, deliveryId, attempt }: JourneyStep): string | undefined {
  if (step === 'unmatched' && webhookId !== undefined) return step;
  if (step !== 'attempted' || !attempt) return undefined;
  return `${deliveryId} ${attempt.responseCode} ${attempt.errorCode}`;
}

/** Puts like steps that follow each other into one line: "attempts 2–7: 503". */
export function foldSteps(steps: readonly JourneyStep[]): JourneyLine[] {
  const lines: JourneyLine[] = [];
  let run: JourneyStep[] = [];
  const endRun = () => {
    const [first, ...rest] = run;
    if (first === undefined) return;
    if (run.length >= FOLDED_FROM) lines.push({ steps: [first, ...rest] });
    else for (const step of run) lines.push({ steps: [step] });
    run = [];
  };
  for (const step of steps) {
    const likeness = likenessOf(step);
    const [first] = run;
    if (likeness !== undefined && (first === undefined || likenessOf(first) === likeness)) {
      run.push(step);
      continue;
    }
    endRun();
    if (likeness === undefined) lines.push({ steps: [step] });
    else run.push(step);
  }
  endRun();
  return lines;
}
