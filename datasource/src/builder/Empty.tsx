import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { Button, useStyles2 } from '@grafana/ui';

import { type Example, examples } from './examples';

interface Props {
  /** The queries that ship. */
  starters: Example[];
  onUse: (example: Example) => void;
}

/** What is there before there is a condition: how it works, and queries to begin with. */
export function Empty({ starters, onUse }: Props) {
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.empty}>
      <p>
        Without a condition every event is shown. Add a <strong>condition</strong>, such as <code>State is authorization failure</code>; a{' '}
        <strong>group</strong> puts several into brackets, of which <em>all</em> or <em>any</em> must hold; <strong>Not</strong> turns either round.
      </p>
      <List label="Starter queries" list={starters} onUse={onUse} />
      <List label="Examples" list={examples()} onUse={onUse} />
    </div>
  );
}

function List({ label, list, onUse }: { label: string; list: Example[]; onUse: (example: Example) => void }) {
  const styles = useStyles2(getStyles);
  if (list.length === 0) {
    return null;
  }
  return (
    <div role="group" aria-label={label} className={styles.list}>
      <span className={styles.label}>{label}</span>
      {list.map((example) => (
        <Button key={example.title} size="sm" variant="secondary" title={example.text} onClick={() => onUse(example)}>
          {example.title}
        </Button>
      ))}
    </div>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    empty: css({
      padding: theme.spacing(1, 0),
      color: theme.colors.text.secondary,
      fontSize: theme.typography.bodySmall.fontSize,
      p: { maxWidth: 820, margin: theme.spacing(0, 0, 1) },
    }),
    list: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5), marginBottom: theme.spacing(0.5) }),
    label: css({ minWidth: 110 }),
  };
}
