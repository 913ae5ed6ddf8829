import { expect, test } from '@grafana/plugin-e2e';

import { selectors } from '../src/selectors';

import { choose, DATA_SOURCE, needsGrafana } from './fixtures';

needsGrafana();

test('systems and identities are variables', async ({ page, variableEditPage }) => {
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(DATA_SOURCE);
  await expect(page.getByTestId(selectors.variable.editor)).toBeVisible();
  await variableEditPage.runQuery();
  await expect(variableEditPage).toDisplayPreviews([/\d{12}/]);
  await choose(page, page.getByTestId(selectors.variable.kind), 'Identities');
  await variableEditPage.runQuery();
  await expect(variableEditPage).toDisplayPreviews([/\w+/]);
});
