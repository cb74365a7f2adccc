/** The web page: a few files, made by the build, and the rules under which a browser shows them. */

import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { OpenAPIHono } from '@hono/zod-openapi';
import { fail } from '../errors.ts';
import type { HttpContext } from '../http/ports.ts';
import { mountStream } from './stream.ts';

/** Where the files are under the package's root. */
const builtAt = 'dist/inspector';
const files = {
  '/': ['index.html', 'text/html; charset=utf-8'],
  '/_mock/inspector/inspector.js': ['inspector.js', 'text/javascript; charset=utf-8'],
  '/_mock/inspector/inspector-styles.css': ['inspector-styles.css', 'text/css; charset=utf-8'],
} as const;

/** Everything comes from the mock itself, nothing is run that stands in the page, and no other page may frame it. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Mounts the page and what it listens to. The files are read when they are first asked for. */
export function mountInspector(app: OpenAPIHono, ctx: HttpContext): void {
  mountStream(app, ctx);
  for (const [path, [name, type]] of Object.entries(files)) {
    let text: Promise<string> | undefined;
    app.get(path, async (c) => {
      text ??= readFile(join(builtDirectory(), name), 'utf8');
      return c.body(await text, 200, {
        'Content-Type': type,
        'Content-Security-Policy': policy,
        'X-Content-Type-Options': 'nosniff',
        'Referrer-Policy': 'no-referrer',
        // It is as new as the mock that serves it.
        'Cache-Control': 'no-cache',
      });
    });
  }
}

/** The code may be bundled, in one of several folders, or not: the files are below the first folder above it that has them. */
function builtDirectory(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const built = join(folder, builtAt);
    if (existsSync(built)) return built;
    if (folder === dirname(folder)) throw fail('INSPECTOR_MISSING', { path: builtAt });
  }
}
