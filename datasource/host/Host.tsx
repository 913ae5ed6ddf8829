import { createTheme, ThemeContext } from '@grafana/data';
import { GlobalStyles, PortalContainer } from '@grafana/ui';
import { useState } from 'react';

import { makeDatasource } from '../src/test/datasource';

import { type View, views } from './views';

const datasource = makeDatasource();

/** Shows an editor in Grafana's light or dark, and what it makes as JSON. */
export function Host({ parameters }: { parameters: URLSearchParams }) {
  const theme = createTheme({ colors: { mode: parameters.get('theme') === 'light' ? 'light' : 'dark' } });
  const view = views[parameters.get('view') ?? ''] ?? views.audit;
  return (
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <main style={{ padding: 16, minHeight: '100vh', background: theme.colors.background.canvas }}>
        <h1 style={{ fontSize: 16 }}>{view.title}</h1>
        <Editor view={view} />
      </main>
      <PortalContainer />
    </ThemeContext.Provider>
  );
}

function Editor({ view }: { view: View }) {
  const [model, setModel] = useState<unknown>(view.model);
  const [runs, setRuns] = useState(0);
  return (
    <>
      {view.render({ model, datasource, onChange: setModel, onRunQuery: () => setRuns((n) => n + 1) })}
      <pre data-testid="model" style={{ position: 'absolute', left: -10000 }} aria-hidden>
        {JSON.stringify(model)}
      </pre>
      <span data-testid="runs" style={{ position: 'absolute', left: -10000 }} aria-hidden>
        {runs}
      </span>
    </>
  );
}
