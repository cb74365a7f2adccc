import { expect, it } from 'vitest';
import { asFixture } from '../../src/inspector/client/delivery/as-fixture.ts';

it('a test that is copied publishes exactly the event', async () => {
  const event = {
    specversion: '1.0',
    id: '019b8d2b-8c00-708e-b040-ed39aec7b2fe',
    type: 'com.akeneo.pim.v1.product.updated',
    data: { product: { uuid: '</script>"quoted"\\' } },
  };
  const text = asFixture(event);
  const [, literal = ''] = /aep\.publish\((\{.*?\})\);\n {2}await/s.exec(text) ?? [];
  expect(JSON.parse(literal)).toEqual(event);
  expect(text).toContain('test("product.updated is taken", async ({ aep }) => {');
  expect(text).toContain('await aep.subscribe({ handler: app, events: ["product.updated"] });');
});
