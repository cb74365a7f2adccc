/** What the platform calls itself on every request it sends (contract, delivery: the request). */
export const userAgent = 'akeneo/event-platform';
