// Prints by how many bytes the heap grows with each mock that is started, used and closed; run by leaks.test.ts with --expose-gc.
import { startMock } from 'aep-mock';

const measured = 300;

async function useOne() {
  const mock = await startMock({ clock: 'virtual' });
  // What the handlers hold stays with them, and is large enough to be seen.
  const ballast = new Array(20_000).fill(mock);
  await mock.subscribe({
    handler: async (request) => new Response(String(ballast.length + (await request.text()).length)),
  });
  await mock.subscribe({
    handler: (_request, response) => void response.end(String(ballast.length)),
  });
  await mock.publish('product.updated');
  await mock.expectAllDelivered();
  await mock.close();
}

/** @param {number} mocks */
async function heapAfter(mocks) {
  for (let n = 0; n < mocks; n++) await useOne();
  for (let n = 0; n < 3; n++) {
    // What is closed is let go in later turns of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

// What is loaded and compiled with the first mocks stays, and is no leak.
const before = await heapAfter(200);
const after = await heapAfter(measured);
process.stdout.write(String(Math.round((after - before) / measured)));
