// The events of every figure: the same bytes for the baseline and the product.
import { createHmac } from 'node:crypto';

export const secret = 'bench-secret-0123456789';
export const type = 'com.akeneo.pim.v1.product.updated';

export const event = (n) => ({
  specversion: '1.0',
  id: `019b8d12-0000-7000-8000-${String(n).padStart(12, '0')}`,
  source: 'pim',
  type,
  datacontenttype: 'application/json',
  dataschema: `https://event.prd.sdk.akeneo.cloud/spec/${type}.schema.json`,
  time: '2026-01-05T08:00:00Z',
  data: { product: { uuid: '0b47ca21-8f0c-4d4e-9a6a-8c1f2a4b9d10' }, author: { identifier: 'julia', type: 'user' } },
});

const subject = '019b8d12-0000-7000-8000-000000000000';

/** The body of a delivery as somebody would write it without the product. */
export function bareBody(n) {
  const { datacontenttype, dataschema, time, data, ...before } = event(n);
  return JSON.stringify({ ...before, subject, datacontenttype, dataschema, time, data });
}

/** The same with its headers. */
export function bareDelivery(n) {
  const body = bareBody(n);
  return {
    body,
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'akeneo/event-platform',
      'X-AKENEO-SIGNATURE-PRIMARY': createHmac('sha256', secret).update(body).digest('hex'),
      'X-AKENEO-SIGNATURE-ALGORITHM': 'HmacSHA256',
      'X-Correlation-ID': '00000000-0000-4000-8000-000000000000',
    },
  };
}

/** Lets somebody publish, and answers how many deliveries a second were acknowledged until there were `count`; `publish` has ended then. */
export async function acknowledgedRate(mock, count, publish) {
  const startedAt = performance.now();
  const acknowledgedAt = new Promise((resolve) => {
    let left = count;
    const stop = mock.journal.subscribe((entry) => {
      if (entry.type !== 'attempt.finished' || entry.verdict.do !== 'deliver' || --left > 0) return;
      stop();
      resolve(performance.now());
    });
  });
  const [endedAt] = await Promise.all([acknowledgedAt, publish()]);
  return count / ((endedAt - startedAt) / 1000);
}

/** As many at once as a reader that waits for the queues has published and not yet delivered. */
const defaultAhead = 1_000;

/** Publishes `count` events, as fast as they are delivered, and answers how many deliveries a second were acknowledged. */
export async function deliveryRate(mock, count, ahead = defaultAhead) {
  let published = 0;
  const publishMore = () => {
    const batch = Math.min(ahead / 2, count - published);
    mock.replay(
      Array.from({ length: batch }, () => event(published++)),
      { keepIds: true },
    );
  };
  const startedAt = performance.now();
  await new Promise((resolve) => {
    let left = count;
    const stop = mock.journal.subscribe((entry) => {
      if (entry.type !== 'attempt.finished' || entry.verdict.do !== 'deliver') return;
      left--;
      if (published < count && published - (count - left) <= ahead / 2) queueMicrotask(publishMore);
      if (left > 0) return;
      stop();
      resolve();
    });
    publishMore();
  });
  return count / ((performance.now() - startedAt) / 1000);
}
