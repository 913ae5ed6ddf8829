import AxeBuilder from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';

import { selectors } from '../src/selectors';

import { open } from './serve';

const views = ['audit', 'text', 'alert', 'entitlements', 'findings', 'pci', 'path', 'report', 'remediation', 'annotation', 'variable', 'help', 'config'];

/** What Grafana's server has and its packages don't. */
const SERVED = /\/public\/fonts\/|\/icons\/unicons\/spinner\.svg$/;

/** What the page has complained of. */
function complaints(page: Page): string[] {
  const list: string[] = [];
  page.on('pageerror', (err) => list.push(err.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !SERVED.test(message.location().url)) {
      list.push(`${message.text()} ${message.location().url}`);
    }
  });
  return list;
}

async function model(page: Page): Promise<Record<string, unknown>> {
  return JSON.parse((await page.getByTestId('model').textContent()) ?? '{}');
}

for (const view of views) {
  for (const theme of ['dark', 'light']) {
    test(`${view} in ${theme} shows, and can be used by everybody`, async ({ page }) => {
      const said = complaints(page);
      await open(page, `?view=${view}&theme=${theme}`);
      await expect(page.getByRole('heading').first()).toBeVisible();
      await page.waitForLoadState('networkidle');
      await page.screenshot({ path: `test-results/host/${view}-${theme}.png`, fullPage: true });
      // Headings of the settings are those of Grafana's own components.
      const { violations } = await new AxeBuilder({ page }).disableRules(view === 'config' ? ['heading-order'] : []).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
      expect(said).toEqual([]);
    });
  }
}

test('a query type is chosen with the keyboard alone', async ({ page }) => {
  await open(page, '?view=audit');
  await page.keyboard.press('Tab');
  await expect(page.getByTestId(selectors.query.type)).toBeFocused();
  await page.keyboard.type('Find');
  await expect(page.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect.poll(() => model(page)).toMatchObject({ queryType: 'findings', table: { name: 'findings' } });
  await expect(page.getByTestId('runs')).toHaveText('1');
});

test('systems are chosen from the list and by folder', async ({ page }) => {
  await open(page, '?view=audit&variables');
  await page.getByTestId(selectors.scope.systems).click();
  const panel = page.getByTestId(selectors.scope.panel);
  await panel.getByText('production').click();
  await panel.getByRole('checkbox', { name: '$system' }).check({ force: true });
  await page.getByTestId(selectors.scope.search).fill('analytics');
  await expect(panel.getByText('staging')).toBeHidden();
  await panel.getByRole('tab', { name: 'Folders' }).click();
  await page.getByTestId(selectors.scope.search).fill('');
  await panel.getByText('prod', { exact: true }).click();
  await page.screenshot({ path: 'test-results/host/scope.png', fullPage: true });
  await expect.poll(() => model(page)).toMatchObject({ scope: { systems: ['111122223333', '$system'], folders: ['prod'] } });
  await panel.getByRole('button', { name: 'Clear' }).click();
  await expect.poll(async () => (await model(page)).scope).toEqual({ systems: ['111122223333', '$system'] });
});

test('a table is narrowed by completed values', async ({ page }) => {
  await open(page, '?view=entitlements');
  await page.getByTestId(selectors.table.addFilter).click();
  await page.getByRole('option', { name: /Owner/ }).click();
  // The list is drawn anew while values arrive, which a click may fall into.
  await expect(async () => {
    await page.getByTestId(selectors.table.filter('owner')).fill('pay');
    await page.getByRole('option', { name: /payments/ }).click({ timeout: 5_000 });
    expect(await model(page)).toMatchObject({ table: { filters: { owner: ['payments'], band: ['high'] } } });
  }).toPass();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Remove filter Band' }).click();
  await expect.poll(async () => (await model(page)).table).not.toHaveProperty('filters.band');
  await page.screenshot({ path: 'test-results/host/filters.png', fullPage: true });
});

test('a report is downloaded', async ({ page }) => {
  await open(page, '?view=report');
  const waiting = page.waitForEvent('download');
  await page.getByTestId(selectors.report.download('pdf')).click();
  expect((await waiting).suggestedFilename()).toBe('report.pdf');
});

test('an example of the cheat sheet is asked with a click', async ({ page }) => {
  await open(page, '?view=help');
  await page.getByRole('button', { name: /Q1/ }).click();
  await expect.poll(() => model(page)).toMatchObject({ queryType: 'audit', audit: { format: 'groups', query: { group: { by: ['username', 'system'] } } } });
});

test('a token is replaced', async ({ page }) => {
  await open(page, '?view=config');
  await page.getByRole('button', { name: 'Reset' }).first().click();
  await page.getByTestId(selectors.config.token).fill('a-token-of-twenty-characters');
  await expect.poll(() => model(page)).toMatchObject({ secureJsonData: { token: 'a-token-of-twenty-characters' }, secureJsonFields: { token: false } });
});
