import { dirname } from 'path';

import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';

/** The address of a running Grafana; without it, what needs one says that it is skipped. */
const grafana = process.env.GRAFANA_URL;
const user = { user: process.env.GRAFANA_USER ?? 'admin', password: process.env.GRAFANA_PASSWORD ?? 'admin' };
const auth = `${dirname(require.resolve('@grafana/plugin-e2e'))}/auth`;
const state = `playwright/.auth/${user.user}.json`;

export default defineConfig<PluginOptions>({
  outputDir: 'test-results',
  reporter: 'list',
  forbidOnly: Boolean(process.env.CI),
  retries: process.env.CI ? 2 : 0, // A busy machine draws late; what needed a second try is listed as flaky.
  fullyParallel: true,
  workers: 2,
  timeout: Number(process.env.TEST_TIMEOUT ?? 120_000),
  expect: { timeout: 30_000 },
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1280, height: 800 },
    baseURL: grafana,
    user,
    grafanaAPICredentials: user,
    provisioningRootDir: '../provisioning/grafana',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    },
  },
  projects: [
    { name: 'host', testDir: './host', testMatch: /.*\.spec\.ts/ },
    { name: 'auth', testDir: auth, testMatch: /.*\.js/ },
    {
      name: 'grafana',
      testDir: './tests',
      testMatch: /.*\.spec\.ts/,
      use: grafana ? { storageState: state } : {},
      dependencies: grafana ? ['auth'] : [],
    },
  ],
});
