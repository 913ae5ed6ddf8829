import type { DataSourceSettings } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';

import { defaultAudit } from '../query/defaults';
import { selectors } from '../selectors';
import { makeDatasource } from '../test/datasource';
import { choose } from '../test/render';
import { runtime } from '../test/runtime';
import type { CiemOptions, CiemSecrets, VariableQuery } from '../types';

import { AnnotationEditor } from './AnnotationEditor';
import { ConfigEditor } from './ConfigEditor';
import { QueryEditorHelp } from './QueryEditorHelp';
import { VariableQueryEditor } from './VariableQueryEditor';

beforeEach(() => runtime.reset());

const settings = (more = {}) =>
  ({ name: 'Leastward', url: '', jsonData: {}, secureJsonFields: {}, ...more }) as unknown as DataSourceSettings<CiemOptions, CiemSecrets>;

describe('the settings', () => {
  function renderConfig(more = {}) {
    const made = { options: settings(more) };
    const set = (options: typeof made.options) => Object.assign(made, { options });
    function Page() {
      const [options, change] = useState(made.options);
      return <ConfigEditor options={options} onOptionsChange={(next) => (set(next), change(next))} />;
    }
    render(<Page />);
    return { made, user: userEvent.setup({ delay: null }) };
  }

  it('take an address, a token, and who asks', async () => {
    const { made, user } = renderConfig();
    await user.type(screen.getByPlaceholderText(/leastward.example.org/), 'http://x:9186');
    await user.type(screen.getByTestId(selectors.config.token), 'secret');
    await user.click(screen.getByLabelText(/^Forward the user/));
    expect(made.options).toMatchObject({ url: 'http://x:9186', secureJsonData: { token: 'secret' }, jsonData: { forwardUser: true } });
    expect(screen.getByTestId(selectors.config.help)).toHaveTextContent('openssl rand -hex 32');
  });

  it('never show a token, and let it be replaced', async () => {
    const { made, user } = renderConfig({ secureJsonFields: { token: true } });
    expect(screen.getByTestId(selectors.config.token)).toBeDisabled();
    await user.click(screen.getByRole('button', { name: /reset/i }));
    expect(made.options).toMatchObject({ secureJsonFields: { token: false }, secureJsonData: { token: '' } });
    expect(screen.getByTestId(selectors.config.token)).toBeEnabled();
  });

  it('have limits, whole numbers alone', async () => {
    const { made, user } = renderConfig();
    await user.click(screen.getByRole('button', { name: /Additional settings/ }));
    await user.type(await screen.findByLabelText(/^Timeout/), '20');
    await user.type(screen.getByLabelText(/^Rows at most/), '-5');
    expect(made.options.jsonData).toEqual({ timeoutSeconds: 20 });
  });
});

describe('a variable', () => {
  function renderVariable(query: Partial<VariableQuery>) {
    const made = { query: { refId: '', ...query } as VariableQuery };
    const set = (next: VariableQuery) => Object.assign(made, { query: next });
    const datasource = makeDatasource();
    function Page() {
      const [current, change] = useState(made.query);
      return <VariableQueryEditor query={current} datasource={datasource} onRunQuery={jest.fn()} onChange={(next) => (set(next), change(next))} />;
    }
    render(<Page />);
    return { made, user: userEvent.setup({ delay: null }) };
  }

  it('is a column of a table', async () => {
    const { made, user } = renderVariable({});
    expect(screen.getByTestId(selectors.variable.kind)).toHaveValue('Authorization systems');
    expect(made.query).toEqual({ refId: 'Variable', kind: 'systems' });
    for (const [testId, option] of [
      [selectors.variable.kind, 'Column of a table'],
      [selectors.variable.table, 'Identities'],
      [selectors.variable.column, 'Identity'],
      [selectors.variable.label, 'Name'],
    ] as const) {
      await choose(user, testId, option);
    }
    expect(made.query).toMatchObject({ refId: 'Variable', kind: 'column', table: 'identities', column: 'identity', label: 'name' });
  });

  it('is what occurs in a field', async () => {
    const { made, user } = renderVariable({ kind: 'values' });
    await choose(user, selectors.variable.field, 'Username');
    expect(made.query.field).toBe('username');
  });
});

it('an annotation is changed where Grafana keeps it', async () => {
  const onAnnotationChange = jest.fn();
  const target = { refId: 'Anno', queryType: 'audit' as const, version: 1 as const, audit: defaultAudit() };
  const annotation = { name: 'a', enable: true, iconColor: 'red', target };
  render(
    <AnnotationEditor
      query={target}
      annotation={annotation}
      datasource={makeDatasource()}
      onChange={jest.fn()}
      onRunQuery={jest.fn()}
      onAnnotationChange={onAnnotationChange}
    />
  );
  await userEvent.setup({ delay: null }).type(screen.getByLabelText('Limit'), '5');
  expect(onAnnotationChange).toHaveBeenCalledWith({ ...annotation, target: { ...target, limit: 5 } });
});

it('the cheat sheet has the starter queries, and asks with a click', async () => {
  const onClickExample = jest.fn();
  render(<QueryEditorHelp datasource={makeDatasource()} query={{ refId: 'B', queryType: 'audit', version: 1 }} onClickExample={onClickExample} />);
  await userEvent.setup({ delay: null }).click(await screen.findByRole('button', { name: /^Q1/ }));
  const [query] = onClickExample.mock.calls[0];
  expect(query).toMatchObject({ refId: 'B', audit: { editor: 'builder', format: 'groups', query: { group: { by: ['username', 'system'] } } } });
  expect(query.audit.query).not.toHaveProperty('range');
  expect(screen.queryByRole('button', { name: /^Refused calls/ })).not.toBeInTheDocument();
});
