import { request } from 'node:http';
import type { Request } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { startAnswering } from './handlers.ts';
import { newContext, openInspector } from './inspector.ts';
import { liveRows } from './live-table.ts';
import { goTo, goToDelivery, goToSubscription, pageTitles } from './pages.ts';
import { startServer, virtual } from './server.ts';

/** A request with the headers exactly as given: fetch would not let Host and Origin through. */
const statusOf = (url: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    request(url, { headers: { accept: 'text/html', ...headers } }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0));
    })
      .on('error', reject)
      .end();
  });

const assets = ['/_mock/inspector/inspector.js', '/_mock/inspector/inspector-styles.css'];

describe('every page', () => {
  it('is reached from the navigation, says where one is, and asks nobody but the mock', async () => {
    const mock = await startServer();
    const page = await openInspector(mock);
    for (const title of pageTitles) {
      await goTo(page, title);
      await expect.poll(() => page.title()).toBe(`${title} · aep-mock`);
      expect(await page.locator('nav [aria-current=page]').allTextContents()).toEqual([title]);
    }
  });

  it('is where it was after a reload', async () => {
    const mock = await startServer();
    const page = await openInspector(mock, { path: '/#/time' });
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Time', exact: true }).waitFor();
  });
});

describe('the browser refuses', () => {
  it('a script, a style and a picture that got into the page, and a request to somebody else', async () => {
    const mock = await startServer();
    const { context, watched } = await newContext(mock);
    const page = await context.newPage();
    await page.goto(mock.url);
    const refused = await page.evaluate(async () => {
      const directives = new Set<string>();
      const allRefused = new Promise<void>((resolve) => {
        document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
          if (directives.add(effectiveDirective).size === 5) resolve();
        });
      });
      const append = (name: string, text: string): void => {
        const element = document.createElement(name);
        element.textContent = text;
        document.body.append(element);
      };
      append('script', 'document.title = "ran"');
      append('style', 'body { display: none }');
      document.body.insertAdjacentHTML('beforeend', '<img src="/x.png" onclick="document.title = \'ran\'">');
      await fetch('http://127.0.0.1:9/').catch(() => {});
      await allRefused;
      return [...directives].sort();
    });
    expect(refused).toEqual(['connect-src', 'img-src', 'script-src-attr', 'script-src-elem', 'style-src-elem']);
    expect(await page.title()).not.toBe('ran');
    // What the other tests rely on: none of this goes unnoticed.
    expect(watched.errors.filter((error) => error.includes('Content Security Policy')).length).toBeGreaterThanOrEqual(
      5,
    );
  });

  it('to show the page in a frame of another page', async () => {
    const mock = await startServer();
    const other = await startServer();
    const { context, watched } = await newContext(other);
    const page = await context.newPage();
    await page.goto(`${other.url}/_mock/health`);
    const refused = page.waitForEvent('console', (line) => line.text().includes('frame-ancestors'));
    await page.setContent(`<iframe src="${mock.url}/"></iframe>`);
    await refused;
    expect(watched.foreign).toEqual([`${mock.url}/`]);
  });
});

describe('the mock refuses', () => {
  it('a page of another origin, also for the files of the inspector', async () => {
    const { url } = await startServer();
    for (const path of [...assets, '/_mock/state', '/_mock/stream']) {
      expect(await statusOf(url + path, { origin: 'https://evil.example' }), path).toBe(403);
    }
  });

  it('a name that somebody pointed at this machine', async () => {
    const { url } = await startServer();
    for (const path of [...assets, '/_mock/state', '/_mock/stream']) {
      expect(await statusOf(url + path, { host: 'evil.example' }), path).toBe(403);
    }
  });
});

it('the secrets of a subscription are in no answer to the page, and in none of its pages', async () => {
  const mock = await startServer(virtual);
  const { url } = await startAnswering((n) => (n === 1 ? 503 : 200));
  const secrets = ['the-primary-secret-of-this-test', 'the-secondary-secret-of-this-test'] as const;
  const [secret, secondary] = secrets;
  const { id } = await mock.subscribe({ url, events: ['product.*'], secret, secondary_secret: secondary });
  await mock.publish({ types: ['product.updated'], count: 2 });
  await mock.control.post('/_mock/drain');
  const { context } = await newContext(mock);
  const page = await context.newPage();
  const answers: Promise<string>[] = [];
  // What streams has no end; what it told is in the page.
  const read = (request: Request): void => {
    answers.push(request.response().then(async (response) => `${request.url()} ${(await response?.text()) ?? ''}`));
  };
  page.on('requestfinished', read);
  await page.goto(mock.url);
  const told: string[] = [];
  const look = async (): Promise<void> => {
    told.push(await page.content());
  };
  await liveRows(page).getByText('503').waitFor();
  await look();
  for (const title of pageTitles) {
    await goTo(page, title);
    await look();
  }
  await goToDelivery(page, 'd1');
  await page.getByText('x-akeneo-signature-secondary').first().waitFor();
  await look();
  await goToSubscription(page, id);
  await page.getByRole('meter').waitFor();
  await look();
  // One that comes from here on would be read while the browser closes.
  page.off('requestfinished', read);
  told.push(...(await Promise.all(answers)), await mock.control.text('/_mock/journal'));
  expect(told.some((text) => text.includes(`${mock.url}/_mock/state`))).toBe(true);
  expect(told.filter((text) => secrets.some((each) => text.includes(each)))).toEqual([]);
});

describe('with --token', () => {
  const token = 'a-token-of-the-team';

  it('nothing is told to who does not have it', async () => {
    const { url } = await startServer([], { token });
    for (const path of [...assets, '/_mock/state', '/_mock/stream']) {
      expect(await statusOf(url + path, {}), path).toBe(401);
      const wrong = `Basic ${Buffer.from('aep-mock:wrong').toString('base64')}`;
      expect(await statusOf(url + path, { authorization: wrong }), path).toBe(401);
    }
  });

  it('the browser asks for it, and the page works', async () => {
    const mock = await startServer([], { token });
    const page = await openInspector(mock, { httpCredentials: { username: 'aep-mock', password: token } });
    for (const title of pageTitles) await goTo(page, title);
  });
});
