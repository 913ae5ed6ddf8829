import { cx } from '@emotion/css';
import { IconButton, useStyles2 } from '@grafana/ui';

import { tokenStyles } from './styles';

interface Props {
  values: string[];
  wrong: number[];
  onRemove: (at: number) => void;
  onEdit: (at: number) => void;
}

/** The values that there are, each to be changed or taken away. */
export function Tokens({ values, wrong, onRemove, onEdit }: Props) {
  const styles = useStyles2(tokenStyles, false);
  return (
    <>
      {values.map((value, at) => (
        <span key={value} className={cx(styles.token, wrong.includes(at) && styles.wrong)}>
          <button type="button" className={styles.text} title={`${value} (click to change)`} aria-label={`Change ${value}`} onClick={() => onEdit(at)}>
            {value}
          </button>
          <IconButton name="times" size="sm" aria-label={`Remove ${value}`} onClick={() => onRemove(at)} />
        </span>
      ))}
    </>
  );
}
