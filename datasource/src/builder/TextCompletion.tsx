import { Button, Stack } from '@grafana/ui';
import { type RefObject, useMemo } from 'react';

import type { FieldInfo } from '../api/wire';

import { completionsAt } from './completion';

interface Props {
  text: string;
  /** Where was typed last; undefined if nothing was. */
  caret?: number;
  fields: FieldInfo[];
  names: string[];
  input: RefObject<HTMLTextAreaElement>;
  onChange: (text: string) => void;
  onDone: () => void;
}

/** Offers below the text what may be meant by what was typed last. */
export function TextCompletion({ text, caret, fields, names, input, onChange, onDone }: Props) {
  const { from, to, list } = useMemo(
    () => (caret === undefined ? { from: 0, to: 0, list: [] } : completionsAt(text, caret, fields, names)),
    [text, caret, fields, names]
  );
  if (list.length === 0) {
    return null;
  }
  const use = (insert: string) => {
    onChange(text.slice(0, from) + insert + text.slice(to));
    onDone();
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(from + insert.length, from + insert.length);
    });
  };
  return (
    <div role="group" aria-label="Completions" style={{ marginTop: 4 }}>
      <Stack direction="row" wrap="wrap" gap={0.5}>
        {list.map(({ label, insert, note }) => (
          // The text keeps the focus, so that leaving it does not run the query.
          <Button key={label} size="sm" variant="secondary" title={note} onMouseDown={(e) => e.preventDefault()} onClick={() => use(insert)}>
            {label}
          </Button>
        ))}
      </Stack>
    </div>
  );
}
