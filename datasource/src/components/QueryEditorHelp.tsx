import { css } from '@emotion/css';
import type { GrafanaTheme2, QueryEditorHelpProps } from '@grafana/data';
import { Text, TextLink, useStyles2 } from '@grafana/ui';
import { useCallback } from 'react';

import type { SavedQuery } from '../api/wire';
import type { CiemDataSource } from '../datasource';
import { defaultAudit } from '../query/defaults';
import { selectors } from '../selectors';
import { type CiemQuery, QUERY_VERSION } from '../types';

import { type Example, examples } from './examples';
import { useResource } from './useResource';

const LANGUAGE = 'https://github.com/leastward/leastward/blob/main/docs/audit-queries.md';

/** The cheat sheet: examples that are asked with a click. */
export function QueryEditorHelp({ datasource, query, onClickExample }: QueryEditorHelpProps<CiemQuery>) {
  const styles = useStyles2(getStyles);
  const { api } = datasource as CiemDataSource;
  const { value: saved = [] } = useResource(useCallback(() => api.savedQueries(), [api]));
  const starters = saved.filter(({ kind }) => kind === 'system').map(starter);
  const sections = [...(starters.length > 0 ? [{ section: 'Starter queries', examples: starters }] : []), ...examples()];
  const use = (example: Example) => onClickExample({ refId: query?.refId ?? 'A', ...example.query });
  return (
    <div>
      <h2>Leastward cheat sheet</h2>
      <p>
        A condition is a field, a colon and a value; <code>and</code>, <code>or</code>, <code>not</code> and parentheses join them. What follows{' '}
        <code>|</code> is the answer: <code>count by</code>, <code>series by</code>, <code>sort</code>, <code>limit</code>.{' '}
        <TextLink href={LANGUAGE} external inline>
          All of the language
        </TextLink>
      </p>
      {sections.map(({ section, examples: list }) => (
        <section key={section} aria-label={section} className={styles.section}>
          <Text element="h3" variant="h5">
            {section}
          </Text>
          {list.map((example) => (
            <ExampleButton key={example.title} example={example} onUse={use} />
          ))}
        </section>
      ))}
    </div>
  );
}

function ExampleButton({ example, onUse }: { example: Example; onUse: (example: Example) => void }) {
  const styles = useStyles2(getStyles);
  return (
    <button type="button" className={styles.example} data-testid={selectors.help.example} onClick={() => onUse(example)}>
      <span>{example.title}</span>
      <code>{example.text}</code>
    </button>
  );
}

function starter({ name, text, query }: SavedQuery): Example {
  const { range: _range, clouds: _clouds, systems: _systems, folders: _folders, limit: _limit, ...tree } = query;
  const format = tree.series ? 'series' : tree.group ? 'groups' : 'table';
  return {
    title: name,
    text,
    query: { queryType: 'audit', version: QUERY_VERSION, audit: { ...defaultAudit(), editor: 'builder', format, text, query: tree } },
  };
}

function getStyles(theme: GrafanaTheme2) {
  return {
    section: css({ display: 'flex', flexDirection: 'column', gap: theme.spacing(1), marginBottom: theme.spacing(2) }),
    example: css({
      display: 'flex',
      flexDirection: 'column',
      alignItems: 'flex-start',
      gap: theme.spacing(0.5),
      width: '100%',
      padding: theme.spacing(1),
      textAlign: 'left',
      background: theme.colors.background.secondary,
      border: `1px solid ${theme.colors.border.weak}`,
      borderRadius: theme.shape.radius.default,
      '&:hover': { background: theme.colors.action.hover },
      code: { maxWidth: '100%', whiteSpace: 'pre-wrap', wordBreak: 'break-word' },
    }),
  };
}
