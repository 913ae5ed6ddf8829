import { expect, test } from '@grafana/plugin-e2e';

import { selectors } from '../src/selectors';

import { answered, DATA_SOURCE, needsGrafana, UID } from './fixtures';

needsGrafana();

/** The address of Explore with a query in it. */
function address(query: object): string {
  const panes = { a: { datasource: UID, queries: [{ refId: 'A', datasource: { uid: UID }, ...query }], range: { from: 'now-30d', to: 'now' } } };
  return `/explore?schemaVersion=1&orgId=1&panes=${encodeURIComponent(JSON.stringify(panes))}`;
}

const logs = { queryType: 'audit', version: 1, audit: { editor: 'text', format: 'logs', text: 'outcome:ok', query: {} } };

test('events are asked for', async ({ page, explorePage }) => {
  await explorePage.datasource.set(DATA_SOURCE);
  await expect(page.getByTestId(selectors.query.editor)).toBeVisible();
  const { frames } = await answered(page, () => page.getByTestId(selectors.query.run).click());
  expect(frames[0].fields).toContain('action');
});

test('logs have a histogram by outcome, and filters beside a line', async ({ page }) => {
  const volume = page.waitForResponse(
    (r) => r.url().includes('/api/ds/query') && (r.request().postData() ?? '').includes('log-volume-A')
  );
  await page.goto(address(logs));
  const counted = await (await volume).json();
  expect(Object.keys(counted.results)).toEqual(['log-volume-A']);
  expect(counted.results['log-volume-A'].error).toBeUndefined();
  await expect(page.getByText('Logs volume')).toBeVisible();
  // A line is a sentence that ends with the outcome; the panels of 12.x differ in all else.
  await page.getByText(/: success$/).first().click();
  const narrowed = page.waitForRequest((r) => r.url().includes('/api/ds/query') && /outcome:ok and \w+:/.test(r.postData() ?? ''));
  await page.getByRole('button', { name: /Filter for value/ }).first().click();
  await narrowed;
});

test('an example of the cheat sheet becomes the query', async ({ page }) => {
  await page.goto(address({ queryType: 'audit', version: 1 }));
  await expect(page.getByTestId(selectors.query.editor)).toBeVisible();
  await page.getByRole('button', { name: 'Show data source help' }).click();
  await page.getByTestId(selectors.help.example).filter({ hasText: 'Refusals by permission' }).click();
  const { frames } = await answered(page, () => page.getByTestId(selectors.query.run).click());
  expect(frames[0].fields).toEqual(['action', 'count']);
});
