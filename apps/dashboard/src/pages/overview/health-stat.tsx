import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import { Stat } from '../../ui/stat.tsx';
import { healthReasons } from './health-reasons.ts';
import { useHealth } from './use-health.ts';

const LOOKS = {
  healthy: { tone: 'success', icon: CircleCheck },
  degraded: { tone: 'warning', icon: TriangleAlert },
  unhealthy: { tone: 'danger', icon: CircleX },
} as const;

/** The health score with its reasons. */
export function HealthStat() {
  const { data, error } = useHealth();
  if (!data) return <Stat label="Health" value="–" detail={error ? 'could not be read' : 'is being read'} />;
  const { tone, icon } = LOOKS[data.status];
  const reasons = healthReasons(data);
  return (
    <Stat
      label="Health"
      value={data.healthScore}
      unit="of 100"
      tone={tone}
      icon={icon}
      detail={reasons.length === 0 ? 'all services are ready' : reasons.join('; ')}
    />
  );
}
