import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

/** The colours of brackets, by how deep a group is nested. */
const DEPTHS = ['blue', 'purple', 'orange', 'green', 'red'];

export function depthColour(theme: GrafanaTheme2, level: number): string {
  return theme.visualization.getColorByName(DEPTHS[level % DEPTHS.length]);
}

/** A group with brackets: a line at its left with short ends. */
export function groupStyles(theme: GrafanaTheme2, level: number) {
  const colour = depthColour(theme, level);
  return {
    group: css({
      position: 'relative',
      minWidth: 0,
      padding: theme.spacing(0.5, 0.5, 0.5, 1.5),
      borderLeft: `2px solid ${colour}`,
      '&::before, &::after': { content: '""', position: 'absolute', left: 0, width: theme.spacing(1), borderTop: `2px solid ${colour}` },
      '&::before': { top: 0 },
      '&::after': { bottom: 0 },
    }),
    header: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: theme.spacing(0.5), minHeight: theme.spacing(4) }),
    list: css({ listStyle: 'none', margin: 0, padding: 0, minWidth: 0 }),
    join: css({
      display: 'block',
      padding: theme.spacing(0, 0, 0, 3.5),
      lineHeight: theme.spacing(2),
      fontSize: theme.typography.bodySmall.fontSize,
      fontWeight: theme.typography.fontWeightMedium,
      letterSpacing: '0.05em',
      textTransform: 'uppercase',
      color: theme.colors.text.secondary,
    }),
    empty: css({ padding: theme.spacing(0.5, 0), color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  };
}

export function itemStyles(theme: GrafanaTheme2) {
  return {
    item: css({ position: 'relative', minWidth: 0, margin: theme.spacing(0.25, 0), borderRadius: theme.shape.radius.default }),
    disabled: css({ outline: `1px dashed ${theme.colors.border.medium}`, '& input, & [data-part="values"]': { textDecoration: 'line-through' } }),
    wrong: css({ background: theme.colors.error.transparent, boxShadow: `inset 0 0 0 1px ${theme.colors.error.border}` }),
    dragged: css({ opacity: 0.4 }),
    before: css({ boxShadow: `0 -2px 0 0 ${theme.colors.primary.main}` }),
    after: css({ boxShadow: `0 2px 0 0 ${theme.colors.primary.main}` }),
    row: css({ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', gap: theme.spacing(0.5), padding: theme.spacing(0.25), minWidth: 0 }),
    field: css({ flex: '0 1 200px', minWidth: 120 }),
    operator: css({ flex: '0 1 170px', minWidth: 110 }),
    values: css({ flex: '1 1 220px', minWidth: 140, maxWidth: 640 }),
    actions: css({ display: 'flex', alignItems: 'center', gap: theme.spacing(0.5), height: theme.spacing(4), marginLeft: 'auto' }),
    problem: css({ display: 'flex', gap: theme.spacing(0.5), padding: theme.spacing(0, 1, 0.5, 3.5), color: theme.colors.text.primary, fontSize: theme.typography.bodySmall.fontSize }),
    hint: css({ padding: theme.spacing(0, 1, 0.5, 3.5), color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
    not: css({ flexShrink: 0, alignSelf: 'flex-start', marginTop: theme.spacing(0.5) }),
    handle: css({
      display: 'flex',
      alignItems: 'center',
      height: theme.spacing(4),
      padding: 0,
      border: 0,
      background: 'none',
      color: theme.colors.text.secondary,
      cursor: 'grab',
      borderRadius: theme.shape.radius.default,
      '&:hover': { color: theme.colors.text.primary },
    }),
  };
}

/** What only screen readers have. */
export function hiddenStyles() {
  return css({ position: 'absolute', width: 1, height: 1, overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap' });
}
