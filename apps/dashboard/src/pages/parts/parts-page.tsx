import type { ReactNode } from 'react';
import { useSearchParams } from 'wouter';
import { SegmentedControl } from '../../ui/segmented-control.tsx';
import { ChartExamples } from './chart-examples.tsx';
import { ControlsExamples } from './controls-examples.tsx';
import { ListExamples } from './list-examples.tsx';
import { OverlaysExamples } from './overlays-examples.tsx';
import { PayloadExamples } from './payload-examples.tsx';
import { StatesExamples } from './states-examples.tsx';

const GROUPS = {
  controls: { label: 'Controls', content: <ControlsExamples /> },
  overlays: { label: 'Overlays', content: <OverlaysExamples /> },
  states: { label: 'States', content: <StatesExamples /> },
  lists: { label: 'Lists', content: <ListExamples /> },
  payloads: { label: 'Payloads', content: <PayloadExamples /> },
  charts: { label: 'Charts', content: <ChartExamples /> },
} satisfies Record<string, { label: string; content: ReactNode }>;

type Group = keyof typeof GROUPS;
const isGroup = (name: string | null): name is Group => name !== null && Object.hasOwn(GROUPS, name);

/** Every part of `ui` in its forms, for those who build pages. `?show=charts` shows one group. */
export default function PartsPage() {
  const [search, setSearch] = useSearchParams();
  const wanted = search.get('show');
  const shown: Group | 'all' = isGroup(wanted) ? wanted : 'all';
  return (
    <div className="min-h-0 flex-1 overflow-y-auto bg-canvas">
      <div className="mx-auto max-w-2xl px-4 py-6">
        <header className="mb-6 flex flex-wrap items-end justify-between gap-3">
          <div>
            <h1 className="font-semibold text-lg tracking-tight">Parts</h1>
            <p className="text-subtle">What pages are made of.</p>
          </div>
          <div className="max-w-full overflow-x-auto">
            <SegmentedControl
              label="Parts that are shown"
              value={shown}
              onChange={(next) => setSearch(next === 'all' ? {} : { show: next })}
              options={[
                { value: 'all', label: 'All' },
                ...(Object.keys(GROUPS) as Group[]).map((group) => ({
                  value: group,
                  label: GROUPS[group].label,
                })),
              ]}
            />
          </div>
        </header>
        {(Object.keys(GROUPS) as Group[])
          .filter((group) => shown === 'all' || shown === group)
          .map((group) => (
            <section key={group} aria-labelledby={`group-${group}`} className="mb-10">
              <h2 id={`group-${group}`} className="mb-3 font-semibold text-md tracking-tight">
                {GROUPS[group].label}
              </h2>
              <div className="grid items-start gap-6 md:grid-cols-2">{GROUPS[group].content}</div>
            </section>
          ))}
      </div>
    </div>
  );
}
