import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { useStyles2 } from '@grafana/ui';
import { type ReactNode, useId } from 'react';

interface Props {
  label: string;
  width?: number;
  children: (id: string) => ReactNode;
}

/** An input with its label above it. */
export function Labelled({ label, width, children }: Props) {
  const id = useId();
  const styles = useStyles2(getStyles);
  return (
    <div className={styles.field} style={{ width }}>
      <label htmlFor={id} className={styles.label}>
        {label}
      </label>
      {children(id)}
    </div>
  );
}

/** Several of them in a row, as many as fit. */
export function LabelledRow({ label, children }: { label: string; children: ReactNode }) {
  const styles = useStyles2(getStyles);
  return (
    <div role="group" aria-label={label} className={styles.row}>
      {children}
    </div>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-end', gap: theme.spacing(1), minWidth: 0 }),
    field: css({ minWidth: 100, maxWidth: '100%' }),
    label: css({ display: 'block', color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, marginBottom: theme.spacing(0.25) }),
  };
}
