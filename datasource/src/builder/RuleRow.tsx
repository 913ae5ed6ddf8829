import { cx } from '@emotion/css';
import { useStyles2 } from '@grafana/ui';

import { useBuilder, useField } from './context';
import { describe } from './describe';
import { FieldPicker } from './FieldPicker';
import { Handle } from './Handle';
import { ItemActions } from './ItemActions';
import { isComplete, type Rule } from './model';
import { NotToggle } from './NotToggle';
import { OperatorPicker } from './OperatorPicker';
import { Problems } from './Problems';
import { hasReferences } from './standIn';
import { itemStyles } from './styles';
import { takesValues } from './operators';
import { ValueEditor } from './values/ValueEditor';

/** One condition: a field, an operator and values. */
export function RuleRow({ rule }: { rule: Rule }) {
  const styles = useStyles2(itemStyles);
  const { fields, problems } = useBuilder();
  const info = useField(rule.field);
  const wrong = problems.get(rule.id) ?? [];
  const problemId = `${rule.id}-problem`;
  const what = describe(rule, fields);
  return (
    <div
      role="group"
      data-item={rule.id}
      aria-label={`Condition: ${what}`}
      aria-describedby={wrong.length > 0 ? problemId : undefined}
      className={cx(rule.disabled && styles.disabled, wrong.length > 0 && styles.wrong)}
    >
      <div className={styles.row}>
        <Handle item={rule} />
        <NotToggle item={rule} what={`the condition, ${what}`} />
        <span className={styles.field} data-part="field">
          <FieldPicker rule={rule} />
        </span>
        {rule.field !== '' && (
          <span className={styles.operator}>
            <OperatorPicker rule={rule} />
          </span>
        )}
        {rule.field !== '' && takesValues(rule.op) && (
          <span className={styles.values} data-part="values">
            <ValueEditor rule={rule} info={info} problems={wrong} describedBy={wrong.length > 0 ? problemId : undefined} />
          </span>
        )}
        <ItemActions item={rule} />
      </div>
      <Problems id={problemId} problems={wrong} />
      {wrong.length === 0 && <Hint rule={rule} />}
    </div>
  );
}

function Hint({ rule }: { rule: Rule }) {
  const styles = useStyles2(itemStyles);
  const text = hintOf(rule);
  return text ? <div className={styles.hint}>{text}</div> : null;
}

function hintOf(rule: Rule): string | undefined {
  if (rule.field !== '' && !isComplete(rule)) {
    return 'Left out until it has a value.';
  }
  return rule.values.some(hasReferences) ? 'Contains variables: checked with the values that they have now.' : undefined;
}
