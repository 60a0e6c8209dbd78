import { countNouns } from '@hookline/contracts';

export const describeRetried = (deliveries: number): string =>
  `${countNouns(deliveries, 'delivery', 'deliveries')} ${deliveries === 1 ? 'is' : 'are'} sent again`;

export const describeMatching = (endpoints: number): string =>
  `The event is sent to ${countNouns(endpoints, 'endpoint')} that ${endpoints === 1 ? 'matches' : 'match'} it now`;
