import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { ClipboardButton, Icon, useStyles2 } from '@grafana/ui';

import { selectors } from './selectors';
import type { Checked } from './useChecked';

/** The query as text, and whether it can be asked. */
export function Preview({ checked, problems }: { checked: Checked; problems: string[] }) {
  const styles = useStyles2(getStyles);
  const { text, loading, failure } = checked;
  const wrong = checked.problems.length > 0;
  const shown = text === '' ? '* (every event)' : (text ?? '');
  return (
    <div className={styles.preview} role="group" aria-label="Query as text">
      <code className={styles.text} data-testid={selectors.preview} style={{ opacity: loading || wrong ? 0.6 : undefined }}>
        {shown}
      </code>
      {text && (
        <ClipboardButton size="sm" variant="secondary" fill="text" icon="copy" aria-label="Copy the query's text" getText={() => text} />
      )}
      <div role="alert" className={styles.problems}>
        {[...problems, ...(failure ? [`The query could not be checked: ${failure}`] : [])].map((message) => (
          <div key={message}>
            <Icon name="exclamation-triangle" size="sm" /> {message}
          </div>
        ))}
        {wrong && problems.length === 0 && <div>Mend what is marked{text === undefined ? '.' : '; until then the text is of the query before.'}</div>}
      </div>
    </div>
  );
}

function getStyles(theme: GrafanaTheme2) {
  return {
    preview: css({
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'flex-start',
      gap: theme.spacing(0.5),
      padding: theme.spacing(0.5, 1),
      background: theme.colors.background.canvas,
      border: `1px solid ${theme.colors.border.weak}`,
      borderRadius: theme.shape.radius.default,
    }),
    text: css({
      flex: '1 1 0',
      minWidth: 120,
      minHeight: theme.spacing(3),
      margin: 0,
      padding: theme.spacing(0.25, 0),
      background: 'none',
      border: 0,
      fontFamily: theme.typography.fontFamilyMonospace,
      fontSize: theme.typography.bodySmall.fontSize,
      color: theme.colors.text.secondary,
      whiteSpace: 'pre-wrap',
      overflowWrap: 'anywhere',
      maxHeight: theme.spacing(16),
      overflowY: 'auto',
    }),
    problems: css({ flexBasis: '100%', color: theme.colors.error.text, fontSize: theme.typography.bodySmall.fontSize }),
  };
}
