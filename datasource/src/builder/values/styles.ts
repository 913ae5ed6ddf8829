import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';

export function tokenStyles(theme: GrafanaTheme2, invalid: boolean) {
  const border = invalid ? theme.colors.error.border : theme.components.input.borderColor;
  return {
    box: css({
      display: 'flex',
      flexWrap: 'wrap',
      alignItems: 'center',
      gap: theme.spacing(0.5),
      minHeight: theme.spacing(4),
      maxHeight: theme.spacing(16),
      overflowY: 'auto',
      padding: theme.spacing(0.25, 0.5),
      background: theme.components.input.background,
      border: `1px solid ${border}`,
      borderRadius: theme.shape.radius.default,
      '&:focus-within': { outline: `2px solid ${theme.colors.primary.main}`, outlineOffset: 1 },
    }),
    input: css({
      flex: '1 1 80px',
      minWidth: 60,
      height: theme.spacing(3),
      padding: theme.spacing(0, 0.5),
      border: 0,
      outline: 'none',
      background: 'none',
      color: theme.components.input.text,
      '&::placeholder': { color: theme.colors.text.disabled, opacity: 1 },
    }),
    token: css({
      display: 'inline-flex',
      alignItems: 'center',
      gap: theme.spacing(0.5),
      maxWidth: '100%',
      minWidth: 0,
      padding: theme.spacing(0, 0.5, 0, 0.75),
      background: theme.colors.background.secondary,
      border: `1px solid ${theme.colors.border.weak}`,
      borderRadius: theme.shape.radius.default,
      fontSize: theme.typography.bodySmall.fontSize,
      lineHeight: theme.spacing(2.5),
    }),
    wrong: css({ borderColor: theme.colors.error.border, color: theme.colors.error.text }),
    text: css({
      minWidth: 0,
      padding: 0,
      border: 0,
      background: 'none',
      overflow: 'hidden',
      textOverflow: 'ellipsis',
      whiteSpace: 'nowrap',
      cursor: 'text',
      color: 'inherit',
    }),
  };
}

/** The list below an input. */
export function menuStyles(theme: GrafanaTheme2) {
  return {
    menu: css({
      position: 'fixed',
      zIndex: theme.zIndex.portal,
      maxWidth: 'min(640px, 90vw)',
      maxHeight: 280,
      overflowY: 'auto',
      background: theme.colors.background.elevated,
      border: `1px solid ${theme.colors.border.weak}`,
      borderRadius: theme.shape.radius.default,
      boxShadow: theme.shadows.z3,
      pointerEvents: 'auto',
    }),
    option: css({
      display: 'flex',
      gap: theme.spacing(2),
      justifyContent: 'space-between',
      padding: theme.spacing(0.75, 1),
      cursor: 'pointer',
      '&:hover': { background: theme.colors.action.hover },
    }),
    active: css({ background: theme.colors.action.focus }),
    value: css({ overflowWrap: 'anywhere' }),
    note: css({ color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, whiteSpace: 'nowrap' }),
    status: css({ padding: theme.spacing(0.5, 1), color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize }),
  };
}
