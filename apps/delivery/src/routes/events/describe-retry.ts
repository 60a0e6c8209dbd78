export const describeRetried = (deliveries: number): string =>
  deliveries === 1 ? '1 delivery is sent again' : `${deliveries} deliveries are sent again`;

export const describeMatching = (endpoints: number): string =>
  endpoints === 1
    ? 'The event is sent to 1 endpoint that matches it now'
    : `The event is sent to ${endpoints} endpoints that match it now`;
