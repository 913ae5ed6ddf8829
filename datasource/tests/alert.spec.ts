import { expect, test } from '@grafana/plugin-e2e';

import { selectors } from '../src/selectors';

import { choose, DATA_SOURCE, needsGrafana } from './fixtures';

needsGrafana();

test('an alert rule gets numbers of events', async ({ page, alertRuleEditPage }) => {
  await alertRuleEditPage.alertRuleNameField.fill('Refused calls');
  const row = await alertRuleEditPage.getQueryRow('A');
  await row.datasource.set(DATA_SOURCE);
  await expect(page.getByTestId(selectors.query.alertHint)).toBeVisible();
  await expect(page.getByTestId(selectors.query.alertBy)).toBeVisible();
  await expect(alertRuleEditPage.evaluate()).toBeOK();
});

test('an alert rule gets a column of a table', async ({ page, alertRuleEditPage }) => {
  const row = await alertRuleEditPage.getQueryRow('A');
  await row.datasource.set(DATA_SOURCE);
  await choose(page, page.getByTestId(selectors.query.type), 'Permission Creep Index');
  await choose(page, page.getByTestId(selectors.table.value), 'PCI');
  await expect(alertRuleEditPage.evaluate()).toBeOK();
});
