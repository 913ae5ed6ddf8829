import { cx } from '@emotion/css';
import { Portal, useStyles2 } from '@grafana/ui';
import { type RefObject, useLayoutEffect, useState } from 'react';

import { menuStyles } from './styles';
import type { Suggestion } from './tokens';

interface Props {
  id: string;
  /** The input's id, from which those of the options are made. */
  of: string;
  anchor: RefObject<HTMLElement>;
  options: Suggestion[];
  active: number;
  state: { loading: boolean; error?: string; typed: string };
  onChoose: (value: string) => void;
}

/** The list below what is typed. */
export function SuggestionList({ id, of, anchor, options, active, state, onChoose }: Props) {
  const styles = useStyles2(menuStyles);
  const place = usePlace(anchor, options.length);
  return (
    <Portal>
      <div className={styles.menu} style={place}>
        <div role="listbox" id={id} aria-label="Values">
          {options.map(({ value, note }, i) => (
            // The input has the focus and its keys choose.
            // eslint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={value}
              role="option"
              id={`${of}-${i}`}
              tabIndex={-1}
              aria-selected={i === active}
              className={cx(styles.option, i === active && styles.active)}
              onMouseDown={(e) => e.preventDefault()}
              onClick={() => onChoose(value)}
              ref={i === active ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
            >
              <span className={styles.value}>{value}</span>
              {note && <span className={styles.note}>{note}</span>}
            </div>
          ))}
        </div>
        <div className={styles.status} role="status">
          {statusOf(state, options.length)}
        </div>
      </div>
    </Portal>
  );
}

function statusOf({ loading, error, typed }: Props['state'], count: number): string {
  if (error) {
    return `No values: ${error}`;
  }
  const use = typed.trim() === '' ? 'Type a value.' : `Enter takes “${typed.trim()}”.`;
  return loading ? `Looking for values… ${use}` : count === 0 ? `No known values fit. ${use}` : use;
}

/** Keeps the list below its input, or above it where there is no room below. */
function usePlace(anchor: RefObject<HTMLElement>, count: number) {
  const [place, setPlace] = useState<Record<string, number>>({});
  useLayoutEffect(() => {
    const measure = () => {
      const { left, top, bottom, width } = anchor.current?.getBoundingClientRect() ?? new DOMRect();
      const above = window.innerHeight - bottom < Math.min(count * 32 + 40, 280) && top > window.innerHeight - bottom;
      setPlace({ left, minWidth: width, ...(above ? { bottom: window.innerHeight - top + 2 } : { top: bottom + 2 }) });
    };
    measure();
    window.addEventListener('scroll', measure, true);
    window.addEventListener('resize', measure);
    return () => {
      window.removeEventListener('scroll', measure, true);
      window.removeEventListener('resize', measure);
    };
  }, [anchor, count]);
  return place;
}
