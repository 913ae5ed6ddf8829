import { css } from '@emotion/css';
import type { GrafanaTheme2 } from '@grafana/data';
import { TextArea, useStyles2 } from '@grafana/ui';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';

import { interpolateText } from '../query/interpolateText';

import { TextCompletion } from './TextCompletion';
import { lineAt, type TextProblem, textProblem } from './problems';
import { selectors } from './selectors';
import { hasReferences } from './standIn';
import { type CheckedSource, PAUSE } from './useChecked';

export interface TextProps extends CheckedSource {
  text: string;
  /** What went wrong when the text was to become a tree. */
  problem?: TextProblem;
  /** The names of variables, with their $. */
  names: string[];
  onChange: (text: string) => void;
  onRun: () => void;
}

/** Edits a query as text; what is wrong is shown with its place. */
export function TextMode(props: TextProps) {
  const { text, problem, names, fields, onChange, onRun } = props;
  const id = useId();
  const styles = useStyles2(getStyles);
  const input = useRef<HTMLTextAreaElement>(null);
  const checked = useTextChecked(props);
  const wrong = checked ?? problem;
  const [caret, setCaret] = useState<number>();
  return (
    <div>
      <label htmlFor={id} className={styles.label}>
        Query
      </label>
      <div className={styles.box}>
        <TextArea
          ref={input}
          id={id}
          data-testid={selectors.text}
          className={styles.text}
          value={text}
          rows={Math.min(12, Math.max(2, Math.ceil(text.length / 90), text.split('\n').length))}
          spellCheck={false}
          invalid={wrong !== undefined}
          aria-invalid={wrong !== undefined}
          aria-describedby={wrong ? `${id}-problem` : undefined}
          placeholder="outcome:denied and severity:high | count by identity"
          onChange={(e) => (onChange(e.currentTarget.value), setCaret(e.currentTarget.selectionStart))}
          onKeyDown={(e) => runByKey(e, onRun)}
          onBlur={onRun}
        />
      </div>
      {wrong && <Wrong id={`${id}-problem`} text={text} problem={wrong} />}
      <TextCompletion text={text} caret={caret} fields={fields} names={names} input={input} onChange={onChange} onDone={() => setCaret(undefined)} />
    </div>
  );
}

function runByKey(e: KeyboardEvent, onRun: () => void): void {
  if (e.key === 'Enter' && (e.ctrlKey || e.metaKey || e.shiftKey)) {
    e.preventDefault();
    onRun();
  }
}

/** The line in which something is wrong, with a caret below the place. */
function Wrong({ id, text, problem }: { id: string; text: string; problem: TextProblem }) {
  const styles = useStyles2(getStyles);
  const at = problem.index === undefined ? undefined : lineAt(text, problem.index);
  return (
    <div id={id} role="alert" className={styles.problem}>
      {at && (
        <pre className={styles.caret} data-testid={selectors.caret} aria-hidden>
          {excerpt(at.line, at.column)}
        </pre>
      )}
      {at ? `Line ${at.number}, column ${at.column + 1}: ${problem.message}` : problem.message}
    </div>
  );
}

/** As much of a line as fits around a place, and the caret. */
function excerpt(line: string, column: number): string {
  const begin = Math.max(0, column - 50);
  const shown = (begin > 0 ? '…' : '') + line.slice(begin, column + 50) + (line.length > column + 50 ? '…' : '');
  return `${shown}\n${' '.repeat(column - begin + (begin > 0 ? 1 : 0))}^`;
}

/** Checks a text as it would run, a moment after it was changed. */
function useTextChecked({ text, source, variables }: TextProps): TextProblem | undefined {
  const [settled, settle] = useState<{ text: string; problem?: TextProblem }>({ text });
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      const asked = hasReferences(text) ? interpolateText(text, variables) : text;
      source.parse({ text: asked }).then(
        () => current && settle({ text }),
        (err: unknown) => current && settle({ text, problem: problemIn(err, asked, text) })
      );
    }, PAUSE);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [text, source, variables]);
  return settled.text === text ? settled.problem : undefined;
}

/** A place in a text whose variables have values is none in the text itself. */
function problemIn(err: unknown, asked: string, text: string): TextProblem {
  const problem = textProblem(err, asked);
  return asked === text ? problem : { message: `With the values that the variables have now: ${problem.message}` };
}

function getStyles(theme: GrafanaTheme2) {
  return {
    label: css({ display: 'block', color: theme.colors.text.secondary, fontSize: theme.typography.bodySmall.fontSize, marginBottom: theme.spacing(0.25) }),
    box: css({ maxWidth: '100%' }),
    text: css({ fontFamily: theme.typography.fontFamilyMonospace, fontSize: theme.typography.bodySmall.fontSize, resize: 'vertical' }),
    problem: css({ padding: theme.spacing(0.5, 0), color: theme.colors.error.text, fontSize: theme.typography.bodySmall.fontSize }),
    caret: css({
      margin: theme.spacing(0, 0, 0.5),
      padding: theme.spacing(0.5, 1),
      overflowX: 'auto',
      color: theme.colors.text.primary,
      background: theme.colors.error.transparent,
      border: `1px solid ${theme.colors.error.border}`,
      fontFamily: theme.typography.fontFamilyMonospace,
      fontSize: theme.typography.bodySmall.fontSize,
    }),
  };
}
