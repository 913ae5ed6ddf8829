import { EditorField } from '@grafana/plugin-ui';
import { Button, MultiCombobox, Stack } from '@grafana/ui';
import { useCallback, useId, useMemo, useState } from 'react';

import { clouds } from '../clouds';
import type { CiemDataSource } from '../datasource';
import { selectors } from '../selectors';
import type { Scope } from '../types';

import { variableOptions } from './options';
import { ScopePanel } from './ScopePanel';
import { useResource } from './useResource';

interface Props {
  scope: Scope;
  datasource: CiemDataSource;
  onChange: (scope: Scope | undefined) => void;
}

/** Chooses the places that are asked about: clouds, systems and folders. */
export function ScopePicker({ scope, datasource, onChange }: Props) {
  const id = useId();
  const [open, setOpen] = useState(false);
  const variables = useMemo(() => variableOptions(), []);
  const change = (part: Partial<Scope>) => onChange(tidy({ ...scope, ...part }));
  return (
    <Stack direction="column" gap={1} width="100%">
      <Stack direction="row" gap={2} wrap="wrap" alignItems="flex-end">
        <EditorField label="Authorization system type" width={30}>
          <MultiCombobox
            id={`${id}-clouds`}
            data-testid={selectors.scope.clouds}
            placeholder="All"
            options={[...clouds(), ...variables]}
            value={scope.clouds ?? []}
            onChange={(chosen) => change({ clouds: chosen.map(({ value }) => value) })}
          />
        </EditorField>
        <EditorField label="Authorization system">
          <Button
            aria-label={`Authorization system: ${summary(scope)}`}
            data-testid={selectors.scope.systems}
            variant="secondary"
            fill="outline"
            icon={open ? 'angle-up' : 'angle-down'}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {summary(scope)}
          </Button>
        </EditorField>
      </Stack>
      {open && <Loaded scope={scope} datasource={datasource} onChange={change} />}
    </Stack>
  );
}

function Loaded({ scope, datasource, onChange }: { scope: Scope; datasource: CiemDataSource; onChange: (part: Partial<Scope>) => void }) {
  const systems = useResource(useCallback(() => datasource.api.systems(), [datasource]));
  return <ScopePanel scope={scope} systems={systems} onChange={onChange} />;
}

/** Says what is chosen: the names of few, the number of many. */
export function summary({ systems = [], folders = [] }: Scope): string {
  if (systems.length + folders.length === 0) {
    return 'All systems';
  }
  const texts = [named(systems, 'systems'), named(folders, 'folders')];
  return texts.filter((text) => text !== '').join(', ');
}

function named(values: string[], what: string): string {
  return values.length > 2 ? `${values.length} ${what}` : values.join(', ');
}

/** An empty list says the same as none. */
function tidy(scope: Scope): Scope | undefined {
  const entries = Object.entries(scope).filter(([, values]) => values.length > 0);
  return entries.length > 0 ? Object.fromEntries(entries) : undefined;
}
