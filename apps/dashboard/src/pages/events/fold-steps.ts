import type { JourneyStep } from '@hookline/contracts';

/** One line of a journey: a step, or several attempts that failed alike. */
export interface JourneyLine {
  steps: [JourneyStep, ...JourneyStep[]];
}

/** Fewer equal failures than this are shown one by one. */
const FOLDED_FROM = 3;

/** What went wrong. Attempts at one delivery with the same answer are alike. Undefined: it did not fail. */
function failureOf({ step, deliveryId, attempt }: JourneyStep): string | undefined {
  if (step !== 'attempted' || !attempt) return undefined;
  return `${deliveryId} ${attempt.responseCode} ${attempt.errorCode}`;
}

/** Puts equal failures that follow each other into one line: "attempts 2–7: 503". */
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
    const failure = failureOf(step);
    const [first] = run;
    if (failure !== undefined && (first === undefined || failureOf(first) === failure)) {
      run.push(step);
      continue;
    }
    endRun();
    if (failure === undefined) lines.push({ steps: [step] });
    else run.push(step);
  }
  endRun();
  return lines;
}
