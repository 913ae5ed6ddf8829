import { CoreApp, type DataSourceSettings, dateTime } from '@grafana/data';
import type { ReactNode } from 'react';

import { AnnotationEditor } from '../src/components/AnnotationEditor';
import { ConfigEditor } from '../src/components/ConfigEditor';
import { QueryEditor } from '../src/components/QueryEditor';
import { QueryEditorHelp } from '../src/components/QueryEditorHelp';
import { VariableQueryEditor } from '../src/components/VariableQueryEditor';
import type { CiemDataSource } from '../src/datasource';
import { defaultAudit } from '../src/query/defaults';
import type { CiemOptions, CiemQuery, CiemSecrets, VariableQuery } from '../src/types';

export interface ViewProps {
  model: unknown;
  datasource: CiemDataSource;
  onChange: (model: unknown) => void;
  onRunQuery: () => void;
}

export interface View {
  title: string;
  model: unknown;
  render: (props: ViewProps) => ReactNode;
}

const range = { from: dateTime('2026-11-27T12:00:00Z'), to: dateTime('2026-11-28T12:00:00Z'), raw: { from: 'now-1d', to: 'now' } };

function query(title: string, model: Partial<CiemQuery>, app?: CoreApp): View {
  return {
    title,
    model: { refId: 'A', version: 1, ...model },
    render: ({ model: current, ...props }) => <QueryEditor {...props} query={current as CiemQuery} app={app} range={range} />,
  };
}

const where = {
  all: [
    { field: 'outcome', op: 'is' as const, values: ['authorization_failure'] },
    { any: [{ field: 'action', op: 'matches' as const, values: ['iam:*'] }, { field: 'severity', op: 'is' as const, values: ['high'] }] },
    { not: { field: 'username', op: 'in' as const, values: ['ana', 'ben'] } },
  ],
};

const settings = {
  id: 1,
  uid: 'leastward',
  name: 'Leastward',
  type: 'leastward-ciem-datasource',
  url: 'https://leastward.example.org:9186',
  jsonData: { forwardUser: true, timeoutSeconds: 20 },
  secureJsonFields: { token: true },
} as unknown as DataSourceSettings<CiemOptions, CiemSecrets>;

/** The editors that the page can show. */
export const views: Record<string, View> = {
  audit: query('Audit', { queryType: 'audit', audit: { ...defaultAudit(), query: { where } } }),
  text: query('Audit as text', { queryType: 'audit', audit: { ...defaultAudit(), editor: 'text', text: 'outcome:denied and severity:high' } }),
  alert: query('Alert rule', { queryType: 'audit', audit: { ...defaultAudit(), query: { where } } }, CoreApp.UnifiedAlerting),
  entitlements: query('Entitlements', {
    queryType: 'entitlements',
    scope: { systems: ['111122223333'] },
    table: { name: 'identities', filters: { band: ['high'], type: ['role', 'user'] }, sort: [{ by: 'pci', descending: true }] },
  }),
  findings: query('Findings', { queryType: 'findings', table: { name: 'findings', filters: { min_impact: ['5'] } } }),
  pci: query('PCI', { queryType: 'pci', table: { name: 'pci_history', filters: { by: ['system'] } } }),
  path: query('Path', { queryType: 'path', path: { start: 'access_key', value: 'AKIAIOSFODNN7EXAMPLE' } }),
  report: query('Report', { queryType: 'report', report: { kind: 'permissions_analytics' } }),
  remediation: query('Remediation', { queryType: 'remediation', table: { name: 'runs', filters: { pending: ['yes'] } } }),
  annotation: {
    title: 'Annotation',
    model: { refId: 'Anno', queryType: 'audit', version: 1, audit: { ...defaultAudit(), query: { where } } },
    render: ({ model, ...props }) => <AnnotationEditor {...props} query={model as CiemQuery} />,
  },
  variable: {
    title: 'Variable',
    model: { refId: 'V', kind: 'column', table: 'identities', column: 'owner' },
    render: ({ model, ...props }) => <VariableQueryEditor {...props} query={model as VariableQuery} />,
  },
  help: {
    title: 'Cheat sheet',
    model: { refId: 'A' },
    render: ({ model, datasource, onChange }) => <QueryEditorHelp datasource={datasource as never} query={model as CiemQuery} onClickExample={onChange} />,
  },
  config: {
    title: 'Settings',
    model: settings,
    render: ({ model, onChange }) => <ConfigEditor options={model as typeof settings} onOptionsChange={onChange} />,
  },
};
