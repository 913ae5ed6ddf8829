import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Alert, Badge, Button, Checkbox, Input, Spinner, Stack, Tab, TabsBar, useStyles2 } from '@grafana/ui';
import { useState } from 'react';

import type { Systems } from '../api/wire';
import { selectors } from '../selectors';
import type { Scope } from '../types';

import { type Choice, choicesOf, headings, type TabName } from './places';
import type { Resource } from './useResource';

interface Props {
  scope: Scope;
  systems: Resource<Systems>;
  onChange: (part: Partial<Scope>) => void;
}

/** Lists the systems, or the folders of systems, to choose from. */
export function ScopePanel({ scope, systems, onChange }: Props) {
  const styles = useStyles2(getStyles);
  const [tab, setTab] = useState<TabName>(scope.folders?.length ? 'folders' : 'systems');
  const [search, setSearch] = useState('');
  const chosen = scope[tab] ?? [];
  const choices = choicesOf(tab, systems.value, chosen);
  const shown = choices.filter((choice) => `${choice.label} ${choice.detail} ${choice.heading}`.toLowerCase().includes(search.toLowerCase()));
  const toggle = (value: string) => onChange({ [tab]: chosen.includes(value) ? chosen.filter((v) => v !== value) : [...chosen, value] });
  return (
    <div className={styles.panel} data-testid={selectors.scope.panel}>
      <TabsBar>
        <Tab label="List" active={tab === 'systems'} counter={scope.systems?.length} onChangeTab={() => setTab('systems')} />
        <Tab label="Folders" active={tab === 'folders'} counter={scope.folders?.length} onChangeTab={() => setTab('folders')} />
      </TabsBar>
      <Stack direction="row" gap={1} alignItems="center">
        <Input
          aria-label={tab === 'systems' ? 'Search systems' : 'Search folders'}
          data-testid={selectors.scope.search}
          placeholder="Search"
          value={search}
          onChange={(e) => setSearch(e.currentTarget.value)}
        />
        <Button size="sm" variant="secondary" fill="text" onClick={() => onChange({ [tab]: union(chosen, shown) })}>
          Select shown
        </Button>
        <Button size="sm" variant="secondary" fill="text" disabled={chosen.length === 0} onClick={() => onChange({ [tab]: [] })}>
          Clear
        </Button>
      </Stack>
      {systems.error && <Alert severity="error" title="The systems cannot be read">{systems.error}</Alert>}
      {systems.loading && !systems.value && <Spinner />}
      <div className={styles.list} role="group" aria-label={tab === 'systems' ? 'Systems' : 'Folders'}>
        {headings(shown).map((heading) => (
          <Places key={heading} heading={heading} choices={shown.filter((c) => c.heading === heading)} chosen={chosen} onToggle={toggle} />
        ))}
        {shown.length === 0 && systems.value && <span className={styles.none}>Nothing fits.</span>}
      </div>
    </div>
  );
}

interface PlacesProps {
  heading: string;
  choices: Choice[];
  chosen: string[];
  onToggle: (value: string) => void;
}

function Places({ heading, choices, chosen, onToggle }: PlacesProps) {
  const styles = useStyles2(getStyles);
  return (
    <div role="group" aria-label={heading || 'Others'}>
      {heading && <div className={styles.heading}>{heading}</div>}
      <div className={styles.places}>
        {choices.map((choice) => (
          <Place key={choice.value} choice={choice} checked={chosen.includes(choice.value)} onToggle={onToggle} />
        ))}
      </div>
    </div>
  );
}

function Place({ choice, checked, onToggle }: { choice: Choice; checked: boolean; onToggle: (value: string) => void }) {
  return (
    <Stack direction="row" gap={1} alignItems="center">
      <Checkbox label={choice.label} description={choice.detail} value={checked} onChange={() => onToggle(choice.value)} />
      {choice.state && <Badge color="orange" text={choice.state} />}
    </Stack>
  );
}

function union(chosen: string[], shown: Choice[]): string[] {
  return [...new Set([...chosen, ...shown.map(({ value }) => value)])];
}

function getStyles(theme: GrafanaTheme2) {
  return {
    panel: css({
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(1),
      maxWidth: theme.spacing(80),
      padding: theme.spacing(1),
      border: `1px solid ${theme.colors.border.weak}`,
      borderRadius: theme.shape.radius.default,
      background: theme.colors.background.primary,
    }),
    list: css({
      display: 'flex',
      flexDirection: 'column',
      gap: theme.spacing(1.5),
      maxHeight: theme.spacing(40),
      overflowY: 'auto',
      padding: theme.spacing(0.5),
    }),
    heading: css({ color: theme.colors.text.secondary, fontWeight: theme.typography.fontWeightMedium, marginBottom: theme.spacing(0.5) }),
    places: css({ display: 'grid', gridTemplateColumns: `repeat(auto-fill, minmax(${theme.spacing(38)}, 1fr))`, gap: theme.spacing(1) }),
    none: css({ color: theme.colors.text.secondary }),
  };
}
