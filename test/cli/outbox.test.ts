import { expect, it } from 'vitest';
import { outbox } from '../../src/cli/commands/outbox.ts';
import { createRenderer, type Format } from '../../src/cli/render.ts';
import { Integration, start } from '../mock/integration.ts';
import { startHandler } from '../runtime/handler.ts';

it('prints the e-mails of a running mock for people and for programs', async () => {
  const mock = await start({ allowHttp: true });
  const print = async (format: Format): Promise<string> => {
    const written: string[] = [];
    const stdout = { write: (text: string) => written.push(text) };
    const render = createRenderer({ format, stdout, stderr: stdout, env: {} });
    await outbox({ server: mock.url }, { render, interrupted: () => new Promise(() => {}), onSignal: () => () => {} });
    return written.join('');
  };
  expect(await print('pretty')).toBe('no e-mails\n');

  const shop = await Integration.connect(mock);
  const { id, path } = await shop.subscribe((await startHandler()).url);
  await shop.call('POST', `${path}/suspend`);
  await mock.drain();
  const [email] = mock.outbox();
  expect(JSON.parse(await print('json'))).toEqual({ type: 'outbox', items: [email] });
  expect(await print('pretty')).toContain(
    `${email?.at}  to dev@example.com\n[Akeneo Event Platform] Your subscription was suspended on request\n`,
  );
  expect(await print('pretty')).toContain(`\n  Subscription: ${id}\n`);
});
