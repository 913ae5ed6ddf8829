import fs from 'fs';
import path from 'path';

import { expect, test } from '@grafana/plugin-e2e';

import { needsGrafana } from './fixtures';

needsGrafana();

const folder = path.resolve(__dirname, '../../dashboards/json');
const dashboards = fs.existsSync(folder) ? fs.readdirSync(folder).filter((name) => name.endsWith('.json')) : [];

test('there are dashboards to test', () => {
  expect(dashboards.length).toBeGreaterThanOrEqual(10);
});

for (const file of dashboards) {
  test(`${file} shows no error`, async ({ page, gotoDashboardPage }) => {
    const { uid, title } = JSON.parse(fs.readFileSync(path.join(folder, file), 'utf8'));
    const failed: string[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/api/ds/query') && !response.ok()) {
        failed.push(`${response.status()} ${response.request().postData()?.slice(0, 300)}`);
      }
    });
    const dashboard = await gotoDashboardPage({ uid });
    await expect(page).toHaveTitle(new RegExp(title.split(' ')[0]));
    // Panels ask when they are seen: look at all of them.
    for (let i = 0; i < 15; i++) {
      await page.mouse.wheel(0, 600);
      await page.waitForTimeout(300);
    }
    await page.waitForLoadState('networkidle');
    await expect(dashboard).not.toHavePanelErrors();
    expect(failed).toEqual([]);
  });
}
