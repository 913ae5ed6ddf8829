import { expect, test } from '@grafana/plugin-e2e';

import { selectors } from '../src/selectors';

import { needsGrafana, UID } from './fixtures';

needsGrafana();

test('the provisioned data source says what it found', async ({ page, gotoDataSourceConfigPage }) => {
  const config = await gotoDataSourceConfigPage(UID);
  await expect(page.getByTestId(selectors.config.help)).toBeVisible();
  await page.getByRole('button', { name: /^(Save & test|Test)$/ }).click();
  await expect(config).toHaveAlert('success', { hasText: /authorization systems?/ });
});

test('an address where nobody answers is told, with what to do', async ({ page, createDataSourceConfigPage }) => {
  const config = await createDataSourceConfigPage({ type: 'leastward-ciem-datasource' });
  await page.getByTestId(selectors.config.url).getByRole('textbox').fill('http://127.0.0.1:1');
  await page.getByTestId(selectors.config.token).fill('a-token-of-twenty-characters');
  await expect(config.saveAndTest()).not.toBeOK();
  await expect(config).toHaveAlert('error');
  await expect(page.getByText('a-token-of-twenty-characters')).toHaveCount(0);
});

test('the settings can be used by everybody', async ({ page, createDataSourceConfigPage, scanForA11yViolations }) => {
  await createDataSourceConfigPage({ type: 'leastward-ciem-datasource' });
  await expect(page.getByTestId(selectors.config.token)).toBeVisible();
  for (const part of [selectors.config.url, selectors.config.help]) {
    const { violations } = await scanForA11yViolations({ include: `[data-testid="${part}"]` });
    expect(violations.map(({ id }) => id)).toEqual([]);
  }
});
