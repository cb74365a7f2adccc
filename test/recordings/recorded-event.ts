/** An event as a recording has it, beyond ASCII. */
export const recordedEvent = (id: string, more: Record<string, unknown> = {}) => ({
  specversion: '1.0',
  id,
  source: 'pim',
  type: 'com.akeneo.pim.v1.product.updated',
  time: '2026-01-05T08:00:00Z',
  data: { product: { uuid: 'ü€😀' } },
  ...more,
});
