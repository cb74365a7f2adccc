/** When it was, and the attempt that lines are about. */
export const at = Date.UTC(2026, 0, 5, 10, 44, 16, 120);
export const ref = {
  deliveryId: 'd1',
  eventId: '019b8d3c-5a00-7abc-8def-0123456789a1',
  eventType: 'com.akeneo.pim.v1.product.updated',
  subscriptionId: '019b8d3c-0000-7abc-8def-0123456789b2',
  attempt: 1,
  destination: 'http://localhost:3000/hook',
};
