import { expect, test } from '@grafana/plugin-e2e';

import { selectors } from '../src/selectors';

import { DATA_SOURCE, needsGrafana } from './fixtures';

needsGrafana();

test('events are annotations', async ({ page, annotationEditPage }) => {
  await annotationEditPage.datasource.set(DATA_SOURCE);
  await expect(page.getByTestId(selectors.annotation.editor)).toBeVisible();
  await expect(annotationEditPage.runQuery()).toBeOK();
  await expect(annotationEditPage).toHaveAlert('success', { hasText: /events/ });
});
