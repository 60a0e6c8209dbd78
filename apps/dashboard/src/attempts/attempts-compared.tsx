import type { Attempt, JourneyStep } from '@hookline/contracts';
import { useState } from 'react';
import { classNames } from '../ui/class-names.ts';
import { Select } from '../ui/select.tsx';
import { Switch } from '../ui/switch.tsx';
import { compareAttempts, differs } from './compare-attempts.ts';

/** An attempt in the journey, with the words of its step. */
export interface NamedAttempt {
  key: string;
  label: string;
  attempt: Attempt;
}

export const attemptsOf = (steps: readonly JourneyStep[]): NamedAttempt[] =>
  steps.flatMap(({ attempt, deliveryId, text }) =>
    attempt ? [{ key: `${deliveryId} ${attempt.attempt}`, label: text, attempt }] : [],
  );

/** Two attempts side by side: the first and the last one, unless others are chosen. */
export function AttemptsCompared({ attempts }: { attempts: readonly NamedAttempt[] }) {
  const [keys, setKeys] = useState([attempts[0]?.key ?? '', attempts.at(-1)?.key ?? '']);
  const [isOnlyDifferent, setOnlyDifferent] = useState(true);
  const [left, right] = keys.map((key) => attempts.find((each) => each.key === key));
  const options = attempts.map(({ key, label }) => ({ value: key, label }));
  const rows = left && right ? compareAttempts(left.attempt, right.attempt) : [];
  const shown = isOnlyDifferent ? rows.filter(differs) : rows;
  return (
    <div className="grid gap-3">
      <div className="grid gap-2 sm:grid-cols-2">
        <Select
          label="This attempt"
          value={keys[0] ?? null}
          options={options}
          onChange={(key) => setKeys(([, other = '']) => [key, other])}
        />
        <Select
          label="Compared with"
          value={keys[1] ?? null}
          options={options}
          onChange={(key) => setKeys(([one = '']) => [one, key])}
        />
      </div>
      <Switch label="Only what differs" value={isOnlyDifferent} onChange={setOnlyDifferent} />
      {shown.length === 0 ? (
        <p className="text-subtle">Nothing differs.</p>
      ) : (
        <table className="w-full table-fixed text-left font-mono text-xs">
          <thead className="font-sans text-2xs text-faint">
            <tr className="h-7 border-line border-b">
              <th scope="col" className="w-1/4 font-normal">
                What
              </th>
              <th scope="col" className="font-normal">
                This attempt
              </th>
              <th scope="col" className="font-normal">
                Compared with
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <tr
                key={row.name}
                className={classNames('border-line border-b align-top', differs(row) && 'bg-warning-tint')}
              >
                <th scope="row" className="break-words py-1 pr-2 font-normal text-subtle">
                  {row.name}
                </th>
                <td className="break-words py-1 pr-2">{row.left ?? '–'}</td>
                <td className="break-words py-1 pr-2">{row.right ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
