import { useStyles2 } from '@grafana/ui';
import { type ClipboardEvent, type KeyboardEvent, useRef, useState } from 'react';

import { useBuilder } from '../context';
import { useValues } from '../useValues';

import { SuggestionList } from './SuggestionList';
import { tokenStyles } from './styles';
import { Tokens } from './Tokens';
import { lines, suggestions, withValues } from './tokens';
import type { ValuesProps } from './types';

interface Props extends ValuesProps {
  field: string;
  placeholder: string;
  /** Whether the log is asked for values that begin like what is typed. */
  completes: boolean;
  /** Which of the values are wrong. */
  wrong: number[];
}

/**
 * Any number of values, typed, pasted or chosen from those of the log. What is
 * typed counts as soon as one goes elsewhere: nothing has to be confirmed.
 */
export function TokenInput(props: Props) {
  const { id, values, invalid, describedBy, placeholder, wrong } = props;
  const styles = useStyles2(tokenStyles, invalid);
  const box = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const state = useTokens(props);
  const { open, options, active } = state;
  return (
    <div ref={box} className={styles.box}>
      <Tokens values={values} wrong={wrong} onRemove={state.remove} onEdit={(at) => (state.edit(at), input.current?.focus())} />
      <input
        ref={input}
        id={id}
        className={styles.input}
        role="combobox"
        aria-autocomplete="list"
        aria-expanded={open}
        aria-controls={`${id}-list`}
        aria-activedescendant={open && options[active] ? `${id}-${active}` : undefined}
        aria-invalid={invalid}
        aria-describedby={describedBy}
        autoComplete="off"
        spellCheck={false}
        value={state.typed}
        placeholder={values.length === 0 ? placeholder : ''}
        onChange={(e) => state.type(e.currentTarget.value)}
        onFocus={state.show}
        onClick={state.show}
        onBlur={state.leave}
        onPaste={state.paste}
        onKeyDown={state.key}
      />
      {open && <SuggestionList id={`${id}-list`} of={id} anchor={box} options={options} active={active} state={state} onChoose={state.choose} />}
    </div>
  );
}

function useTokens({ values, onChange, field, completes }: Props) {
  const { source, scope, range, variables } = useBuilder();
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const { values: found, loading, error } = useValues({ source, field, prefix: typed.trim(), scope, range }, open && completes);
  const options = suggestions(typed, variables, found, values);
  const commit = (...more: string[]) => {
    setTyped('');
    setActive(-1);
    const next = withValues(values, more);
    if (next.length !== values.length) {
      onChange(next);
    }
  };
  const type = (text: string) => {
    setTyped(text);
    setOpen(true);
    setActive(-1);
  };
  const remove = (at: number) => onChange(values.filter((_, i) => i !== at));
  const edit = (at: number) => {
    remove(at);
    type(values[at]);
  };
  const paste = (e: ClipboardEvent) => {
    const pasted = lines(e.clipboardData.getData('text'));
    if (pasted.length > 1) {
      e.preventDefault();
      commit(typed, ...pasted);
    }
  };
  const leave = () => {
    setOpen(false);
    commit(typed);
  };
  const key = (e: KeyboardEvent<HTMLInputElement>) => {
    const step = e.key === 'ArrowDown' ? 1 : e.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && !e.altKey && options.length > 0) {
      e.preventDefault();
      setOpen(true);
      setActive((active + step + options.length + (active < 0 && step < 0 ? 1 : 0)) % options.length);
    } else if (e.key === 'Enter' && !e.ctrlKey && !e.metaKey) {
      e.preventDefault();
      commit(open && options[active] ? options[active].value : typed);
    } else if (e.key === 'Escape' && open) {
      e.stopPropagation();
      setOpen(false);
      setActive(-1);
    } else if (e.key === 'Backspace' && typed === '' && values.length > 0) {
      e.preventDefault();
      edit(values.length - 1);
    }
  };
  return { typed, open, options, active, loading, error, type, remove, edit, paste, leave, key, choose: commit, show: () => setOpen(true) };
}
