import { useState } from 'react';

import type { AuditQuery } from '../types';

import { textOf, treeOf } from './convert';
import { messageOf, problemsOf, type TextProblem, textProblem } from './problems';
import type { CheckedSource } from './useChecked';
import type { QueryState } from './useQuery';

export interface Modes {
  switchTo: (mode: AuditQuery['editor']) => Promise<void>;
  changeText: (text: string) => void;
  /** Where a text is wrong that should have become a tree. */
  problem?: TextProblem;
}

/**
 * Switches between tree and text. Neither loses anything: what cannot be read
 * stays as it is, with what is wrong with it.
 */
export function useModes({ change, latest }: QueryState, { source, fields }: CheckedSource, setMessage: (message?: string) => void): Modes {
  const [problem, setProblem] = useState<TextProblem>();
  const toText = async () => {
    try {
      const text = await textOf(source, latest.current?.audit?.query ?? {}, fields);
      change({ editor: 'text', text });
      setProblem(undefined);
      setMessage(undefined);
    } catch (err) {
      const wrong = problemsOf(err).length > 0;
      setMessage(wrong ? 'What is marked has to be mended before the query can be text.' : `The query cannot be text now: ${messageOf(err)}`);
    }
  };
  const toTree = async () => {
    const text = latest.current?.audit?.text ?? '';
    try {
      const { tree, limit } = await treeOf(source, text, fields);
      if (latest.current?.audit?.text === text) {
        change({ editor: 'builder', query: tree }, { rest: limit === undefined ? {} : { limit } });
      }
      setProblem(undefined);
    } catch (err) {
      setProblem(textProblem(err, text));
    }
  };
  return {
    problem,
    switchTo: (mode) => (mode === 'text' ? toText() : toTree()),
    changeText: (text) => {
      setProblem(undefined);
      change({ editor: 'text', text });
    },
  };
}
