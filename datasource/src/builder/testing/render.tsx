import { dateTime } from '@grafana/data';
import { configure, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useEffect, useState } from 'react';

import { defaultAudit } from '../../query/defaults';
import { type AuditNode, type AuditQuery, type CiemQuery, QUERY_VERSION } from '../../types';
import { AuditEditor } from '../AuditEditor';

import { type FakeSource, fakeSource } from './fakeSource';

// Whether something is visible is slow to find out for each role; nothing here is hidden and has a role.
configure({ defaultHidden: true, asyncUtilTimeout: 20_000 });
jest.setTimeout(120_000);

export interface Shown {
  source: FakeSource;
  user: ReturnType<typeof userEvent.setup>;
  /** The query as it is now. */
  query: () => CiemQuery;
  audit: () => AuditQuery;
  where: () => AuditNode | undefined;
  runs: jest.Mock;
  /** Replaces the query from outside, as an undo of Grafana's would. */
  replace: (audit: Partial<AuditQuery>) => void;
}

export const range = {
  from: dateTime('2026-11-27T12:00:00Z'),
  to: dateTime('2026-11-28T12:00:00Z'),
  raw: { from: 'now-1d', to: 'now' },
};

/** Shows the editor as a panel would: what it changes comes back to it. */
export async function show(audit: Partial<AuditQuery> = {}, source = fakeSource(), more: Partial<CiemQuery> = {}): Promise<Shown> {
  const runs = jest.fn();
  let now: CiemQuery = { refId: 'A', queryType: 'audit', version: QUERY_VERSION, audit: { ...defaultAudit(), ...audit }, ...more };
  const record = (next: CiemQuery) => {
    now = next;
  };
  let set: (query: CiemQuery) => void = () => {};
  const register = (setQuery: typeof set) => {
    set = setQuery;
  };
  render(<Panel first={now} source={source} record={record} register={register} onRun={() => runs(now)} />);
  await screen.findByRole('button', { name: 'Saved queries' });
  const auditNow = () => now.audit ?? defaultAudit();
  return {
    source,
    user: userEvent.setup(),
    query: () => now,
    audit: auditNow,
    where: () => auditNow().query?.where,
    runs,
    replace: (part) => set((now = { ...now, audit: { ...auditNow(), ...part } })),
  };
}

interface PanelProps {
  first: CiemQuery;
  source: FakeSource;
  record: (query: CiemQuery) => void;
  register: (set: (query: CiemQuery) => void) => void;
  onRun: () => void;
}

function Panel({ first, source, record, register, onRun }: PanelProps) {
  const [query, setQuery] = useState(first);
  const [datasource] = useState({ api: source });
  useEffect(() => register(setQuery), [register]);
  const onChange = (next: CiemQuery) => {
    record(next);
    setQuery(next);
  };
  return <AuditEditor query={query} onChange={onChange} onRunQuery={onRun} datasource={datasource} range={range} />;
}
