// The browser that the browser tests and the screenshots share: one that the machine has, never a download.
import { existsSync } from 'node:fs';

/** How playwright starts it. Throws when there is none. */
export function chromiumOptions() {
  const executablePath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) {
    throw new Error(
      `there is no chromium at ${executablePath}: install it (apt-get install chromium), or set CHROMIUM_PATH`,
    );
  }
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return { executablePath, headless: true, chromiumSandbox: false, args: ['--disable-gpu', ...quiet] };
}
