import type { Statistics } from '@hookline/contracts';
import { Link } from '../../ui/link.tsx';
import { Panel } from '../../ui/panel.tsx';

const SHOWN = 10;

/** The most frequent events, each a link to its list. */
export function EventTypes({ statistics: { byEvent } }: { statistics: Statistics }) {
  const shown = byEvent.slice(0, SHOWN);
  return (
    <Panel title="Most frequent events" isFlush>
      <table className="w-full text-left">
        <thead className="text-2xs text-faint">
          <tr className="h-7 border-line border-b">
            <th scope="col" className="px-3 font-normal">
              Event
            </th>
            <th scope="col" className="px-3 font-normal">
              Provider
            </th>
            <th scope="col" className="px-3 text-right font-normal">
              Events
            </th>
            <th scope="col" className="px-3 text-right font-normal">
              Dead letters
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ event, provider, total, failed }) => (
            <tr key={`${provider} ${event}`} className="h-7 border-line border-b last:border-b-0">
              <td className="max-w-48 truncate px-3">
                <Link href={`/events?${new URLSearchParams({ event })}`}>{event}</Link>
              </td>
              <td className="px-3 text-subtle">{provider}</td>
              <td className="px-3 text-right tabular-nums">{total.toLocaleString('en')}</td>
              <td className={`px-3 text-right tabular-nums ${failed > 0 ? 'text-danger' : 'text-subtle'}`}>
                {failed.toLocaleString('en')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {byEvent.length > SHOWN && (
        <p className="px-3 py-1.5 text-subtle text-xs">
          and {(byEvent.length - SHOWN).toLocaleString('en')} more
        </p>
      )}
    </Panel>
  );
}
