import { CoreApp } from '@grafana/data';
import { screen, waitFor, within } from '@testing-library/react';

import { selectors } from '../selectors';
import { choose, renderQuery } from '../test/render';
import { runtime } from '../test/runtime';
import { defaultAudit } from '../query/defaults';

beforeEach(() => runtime.reset());


describe('the query type', () => {
  it('is changed, and asked at once', async () => {
    const { made, user } = renderQuery({});
    await choose(user, selectors.query.type, 'Findings');
    expect(made.query).toMatchObject({ queryType: 'findings', table: { name: 'findings' }, audit: defaultAudit() });
    expect(made.runs).toBe(1);
    await choose(user, selectors.query.type, 'Path');
    expect(made.query).toMatchObject({ queryType: 'path', path: { start: 'identity', value: '' } });
  });

  it('of a query that was written by hand is audit', async () => {
    renderQuery({ queryType: undefined, version: undefined });
    expect(await screen.findByTestId(selectors.query.type)).toHaveValue('Audit');
  });
});

it('shows an audit answer in four ways', async () => {
  const { made, user } = renderQuery({ audit: { ...defaultAudit(), editor: 'text', text: 'outcome:denied' } });
  await user.click(screen.getByRole('radio', { name: 'Time series' }));
  expect(made.query.audit).toMatchObject({ format: 'series', text: 'outcome:denied' });
});

it('bounds the rows', async () => {
  const { made, user } = renderQuery({ queryType: 'findings', table: { name: 'findings' } });
  await user.type(screen.getByLabelText('Limit'), '25');
  expect(made.query.limit).toBe(25);
  await user.clear(screen.getByLabelText('Limit'));
  expect(made.query.limit).toBeUndefined();
});

describe('an alert rule', () => {
  it('is told what it gets of events, and what they are counted by', async () => {
    const { made, user } = renderQuery({ audit: defaultAudit() }, CoreApp.UnifiedAlerting);
    expect(screen.getByTestId(selectors.query.alertHint)).toHaveTextContent('it gets the number of events');
    await choose(user, selectors.query.alertBy, 'Username');
    expect(made.query.audit?.alertBy).toEqual(['username']);
  });

  it('gets a column of a table', async () => {
    const { made, user } = renderQuery({ queryType: 'entitlements', table: { name: 'identities' } }, CoreApp.UnifiedAlerting);
    await choose(user, selectors.table.value, 'PCI');
    await choose(user, selectors.table.labels, 'Name');
    expect(made.query.table).toMatchObject({ value: 'pci', labels: ['name'] });
  });

  it('has no hint elsewhere', () => {
    renderQuery({ audit: defaultAudit() });
    expect(screen.queryByTestId(selectors.query.alertHint)).not.toBeInTheDocument();
  });
});

describe('the scope', () => {
  it('is chosen from systems, folders and variables', async () => {
    runtime.variables = { account: ['1'] };
    const { made, user } = renderQuery({ queryType: 'findings', table: { name: 'findings' } });
    await user.click(screen.getByRole('button', { name: /All systems/ }));
    const panel = await screen.findByTestId(selectors.scope.panel);
    await user.click(await within(panel).findByRole('checkbox', { name: /production/ }));
    await user.click(within(panel).getByRole('checkbox', { name: /\$account/ }));
    expect(made.query.scope).toEqual({ systems: ['111122223333', '$account'] });
    await user.type(within(panel).getByLabelText('Search systems'), 'stag');
    expect(within(panel).queryByRole('checkbox', { name: /production/ })).not.toBeInTheDocument();
    expect(within(panel).getByText('failed')).toBeInTheDocument();
    await user.click(within(panel).getByRole('tab', { name: /Folders/ }));
    await user.clear(within(panel).getByLabelText('Search folders'));
    await user.click(within(panel).getByRole('checkbox', { name: /^test/ }));
    expect(made.query.scope?.folders).toEqual(['test']);
    await user.click(within(panel).getByRole('button', { name: 'Clear' }));
    expect(made.query.scope).toEqual({ systems: ['111122223333', '$account'] });
  });

  it('shows a system that is gone, so that it can be taken out', async () => {
    const { made, user } = renderQuery({ queryType: 'findings', table: { name: 'findings' }, scope: { systems: ['999'] } });
    await user.click(screen.getByRole('button', { name: 'Authorization system: 999' }));
    const panel = await screen.findByTestId(selectors.scope.panel);
    expect(await within(panel).findByText('not there')).toBeInTheDocument();
    await user.click(within(panel).getByRole('checkbox', { name: '999' }));
    expect(made.query.scope).toBeUndefined();
  });
});

describe('a table', () => {
  it('is chosen among those of the query type, and begins anew', async () => {
    const { made, user } = renderQuery({ queryType: 'entitlements', table: { name: 'identities', filters: { band: ['high'] } } });
    await choose(user, selectors.table.name, 'Permissions of');
    expect(made.query.table).toEqual({ name: 'permissions' });
    expect(await screen.findByTestId(selectors.table.filter('identity'))).toHaveAttribute('placeholder', 'Required');
  });

  it('is narrowed, ordered and searched', async () => {
    const { made, user } = renderQuery({ queryType: 'entitlements', table: { name: 'identities' } });
    await choose(user, selectors.table.addFilter, 'Owner');
    await choose(user, selectors.table.filter('owner'), 'payments');
    await choose(user, selectors.table.sort, 'PCI ↓');
    await choose(user, selectors.table.columns, 'Name');
    await user.type(screen.getByTestId(selectors.table.search), 'deploy');
    expect(made.query.table).toEqual({
      name: 'identities',
      filters: { owner: ['payments'] },
      sort: [{ by: 'pci', descending: true }],
      columns: ['name'],
      search: 'deploy',
    });
    await user.click(screen.getByRole('button', { name: 'Remove filter Owner' }));
    expect(made.query.table?.filters).toBeUndefined();
  });

  it('shows a filter that it does not have', async () => {
    const { made, user } = renderQuery({ queryType: 'findings', table: { name: 'findings', filters: { gone: ['x'] } } });
    await user.click(await screen.findByRole('button', { name: 'Remove filter gone' }));
    expect(made.query.table?.filters).toBeUndefined();
  });
});

describe('a path', () => {
  it('starts from a value that occurs', async () => {
    const { made, user } = renderQuery({ queryType: 'path', path: { start: 'identity', value: '' } });
    await user.click(screen.getByRole('radio', { name: 'Access key' }));
    await choose(user, selectors.path.value, 'AKIA');
    await user.type(screen.getByLabelText(/^Steps/), '3');
    expect(made.query.path).toMatchObject({ start: 'access_key', value: 'AKIAIOSFODNN7EXAMPLE', depth: 3 });
    expect(screen.queryByLabelText(/^Role/)).not.toBeInTheDocument();
  });
});

describe('a report', () => {
  it('is chosen and downloaded as it is asked for', async () => {
    URL.createObjectURL = jest.fn(() => 'blob:x');
    URL.revokeObjectURL = jest.fn();
    runtime.variables = { account: ['1', '2'] };
    const { made, user } = renderQuery({ queryType: 'report', scope: { systems: ['$account'] } });
    await choose(user, selectors.report.kind, 'Permissions analytics');
    expect(made.query.report).toEqual({ kind: 'permissions_analytics' });
    expect(screen.queryByTestId(selectors.report.download('json'))).not.toBeInTheDocument();
    await user.click(await screen.findByTestId(selectors.report.download('pdf')));
    await waitFor(() => expect(URL.createObjectURL).toHaveBeenCalled());
    const sent = runtime.sent.find(({ method }) => method === 'POST');
    expect(sent).toMatchObject({
      url: expect.stringContaining('reports/permissions_analytics?format=pdf'),
      data: { systems: ['1', '2'], from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' },
    });
  });
});
