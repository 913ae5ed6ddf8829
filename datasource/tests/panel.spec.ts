import { expect, test } from '@grafana/plugin-e2e';

import { selectors } from '../src/selectors';

import { answered, begin, choose, DATA_SOURCE, needsGrafana } from './fixtures';

needsGrafana();

test('audit events are a table, logs, a series and groups', async ({ page, panelEditPage }) => {
  const events = await begin(page, panelEditPage, 'Audit');
  expect(events.frames[0].fields).toEqual(expect.arrayContaining(['time', 'identity', 'action', 'outcome']));
  expect(events.frames[0].rows).toBeGreaterThan(0);
  const format = page.getByTestId(selectors.query.format);
  for (const [name, field] of [['Logs', 'body'], ['Time series', 'time'], ['Groups', 'count']]) {
    const { frames } = await answered(page, () => format.getByRole('radio', { name }).click());
    expect(frames[0].fields, name).toContain(field);
  }
  await expect(panelEditPage.panel.getErrorIcon()).toBeHidden();
});

for (const [type, fields] of [
  ['Entitlements', ['identity', 'pci', 'system']],
  ['Findings', ['finding', 'category', 'identity']],
  ['Permission Creep Index', ['pci', 'system']],
] as const) {
  test(`${type} are a table`, async ({ page, panelEditPage }) => {
    const { frames } = await begin(page, panelEditPage, type);
    expect(frames[0].fields).toEqual(expect.arrayContaining([...fields]));
    await expect(panelEditPage.panel.getErrorIcon()).toBeHidden();
  });
}

test('Remediation is a table, or says that there is no remediator', async ({ page, panelEditPage }) => {
  await panelEditPage.datasource.set(DATA_SOURCE);
  const waiting = page.waitForResponse((r) => r.url().includes('/api/ds/query') && (r.request().postData() ?? '').includes('"runs"'));
  await choose(page, page.getByTestId(selectors.query.type), 'Remediation');
  const { results } = await (await waiting).json();
  const { error, frames } = results.A;
  expect(error ?? frames[0].schema.fields.map((f: { name: string }) => f.name).join()).toMatch(/remediation\.url|run,|playbook/);
});

test('a table is narrowed', async ({ page, panelEditPage }) => {
  const all = await begin(page, panelEditPage, 'Entitlements');
  await choose(page, page.getByTestId(selectors.table.addFilter), 'Band');
  const band = page.getByTestId(selectors.table.filter('band'));
  const high = await answered(page, () => choose(page, band, 'high'));
  expect(high.frames[0].rows).toBeGreaterThan(0);
  expect(high.frames[0].rows).toBeLessThan(all.frames[0].rows);
  await page.keyboard.press('Escape');
});

test('a path is a graph', async ({ page, panelEditPage }) => {
  await panelEditPage.datasource.set(DATA_SOURCE);
  await choose(page, page.getByTestId(selectors.query.type), 'Path');
  const value = page.getByTestId(selectors.path.value);
  await value.click();
  const option = page.getByRole('option').first();
  await expect(option).toBeVisible();
  const { frames } = await answered(page, () => option.click());
  expect(frames.map((f) => f.visualization)).toContain('nodeGraph');
});

test('a report is a table and a file', async ({ page, panelEditPage }) => {
  await panelEditPage.datasource.set(DATA_SOURCE);
  await panelEditPage.setVisualization('Table');
  await choose(page, page.getByTestId(selectors.query.type), 'Report');
  const kind = page.getByTestId(selectors.report.kind);
  const { frames } = await answered(page, () => choose(page, kind, 'Permissions Analytics'));
  expect(frames[0].rows).toBeGreaterThan(0);
  const waiting = page.waitForEvent('download');
  await page.getByTestId(selectors.report.download('csv')).click();
  expect((await waiting).suggestedFilename()).toMatch(/\.csv$/);
});

test('the editor can be used by everybody', async ({ page, panelEditPage, scanForA11yViolations }) => {
  await begin(page, panelEditPage, 'Audit');
  const { violations } = await scanForA11yViolations({
    include: `[data-testid="${selectors.query.editor}"]`,
    // The Combobox of Grafana 12.3 itself has aria-expanded on a div; that of 12.4 no longer.
    options: { rules: { 'aria-allowed-attr': { enabled: false } } },
  });
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
});
