import { CoreApp, dateTime } from '@grafana/data';
import { render, screen } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { useState } from 'react';

import { QueryEditor } from '../components/QueryEditor';
import type { CiemQuery } from '../types';

import { chooseIn } from './choose';
import { makeDatasource } from './datasource';

const range = { from: dateTime('2026-01-01T00:00:00Z'), to: dateTime('2026-01-02T00:00:00Z'), raw: { from: 'now-1d', to: 'now' } };

/** Shows the query editor; what it makes is in `made`. */
export function renderQuery(query: Partial<CiemQuery>, app: CoreApp = CoreApp.PanelEditor) {
  const made: { query: CiemQuery; runs: number } = { query: { refId: 'A', version: 1, queryType: 'audit', ...query }, runs: 0 };
  const datasource = makeDatasource();
  const changed = (next: CiemQuery) => Object.assign(made, { query: next });
  function Panel() {
    const [current, set] = useState(made.query);
    const change = (next: CiemQuery) => {
      changed(next);
      set(next);
    };
    return <QueryEditor query={current} datasource={datasource} app={app} range={range} onChange={change} onRunQuery={() => void (made.runs += 1)} />;
  }
  render(<Panel />);
  return { made, user: userEvent.setup({ delay: null }) };
}

/** Chooses the first option that a text finds, with the keyboard. */
export async function choose(user: UserEvent, testId: string, text: string): Promise<void> {
  await chooseIn(user, await screen.findByTestId(testId), text);
}
