// Reads what the backend says of a query that it cannot take.
import type { ParseProblem } from '../api/wire';

import type { Paths } from './model';

/** Something wrong with a part of a tree. */
export interface Problem {
  /** Such as where.all[1].values[0]; empty of the whole. */
  path: string;
  message: string;
}

/** Something wrong with a rule or a group. */
export interface ItemProblem {
  message: string;
  part?: 'field' | 'op' | 'values';
  /** Which of the values. */
  value?: number;
}

/** A place in a text, and what is wrong there. */
export interface TextProblem {
  message: string;
  /** Of the character, as JavaScript counts them; absent where no place is known. */
  index?: number;
}

/** The words of anything that was thrown. */
export function messageOf(err: unknown): string {
  return err instanceof Error ? err.message : String(Object(err).message ?? err);
}

/** The status of an answer that was refused; 0 where there was none. */
export function statusOf(err: unknown): number {
  return Number(Object(err).status ?? 0);
}

/** What a refused answer says of the query; none where the trouble is another. */
export function problemsOf(err: unknown): Problem[] {
  const problem = bodyOf(err);
  if (!problem || statusOf(err) !== 400) {
    return [];
  }
  const list = problem.problems?.length ? problem.problems : [problem];
  return list.map(({ path = '', error }) => ({ path: ofQuery(path), message: withoutPath(error, path) }));
}

function bodyOf(err: unknown): ParseProblem | undefined {
  const problem: unknown = Object(err).problem;
  return typeof Object(problem).error === 'string' ? (problem as ParseProblem) : undefined;
}

function ofQuery(path: string): string {
  return path.replace(/^query\.?/, '');
}

/** The path stands in front of a message that stands alone. */
function withoutPath(message: string, path: string): string {
  return path !== '' && message.startsWith(`${path}: `) ? message.slice(path.length + 2) : message;
}

/** Gives each problem to the innermost item that it is about; "" has the rest. */
export function byItem(problems: Problem[], paths: Paths): Map<string, ItemProblem[]> {
  const found = new Map<string, ItemProblem[]>();
  for (const { path, message } of problems) {
    const { id, rest } = ownerOf(path, paths);
    const part = /^\.(field|op|values)(?:\[(\d+)\])?/.exec(rest);
    const problem: ItemProblem = { message: id === '' && path !== '' ? `${path}: ${message}` : message };
    if (id !== '' && part) {
      problem.part = part[1] as ItemProblem['part'];
      problem.value = part[2] === undefined ? undefined : Number(part[2]);
    }
    found.set(id, [...(found.get(id) ?? []), problem]);
  }
  return found;
}

function ownerOf(path: string, paths: Paths): { id: string; rest: string } {
  let best = { id: '', at: '' };
  for (const [id, at] of paths) {
    const within = path === at || path.startsWith(`${at}.`) || path.startsWith(`${at}[`);
    if (within && at.length >= best.at.length) {
      best = { id, at };
    }
  }
  return { id: best.id, rest: path.slice(best.at.length) };
}

/** What is wrong with a text, and where. */
export function textProblem(err: unknown, text: string): TextProblem {
  const problem = bodyOf(err);
  const message = messageOf(err).split('\n')[0];
  if (problem?.offset === undefined || problem.path !== 'text') {
    return { message };
  }
  return { message: message.replace(/^line \d+, column \d+: /, ''), index: indexOfByte(text, problem.offset) };
}

/** The character at a byte of a text's UTF-8. */
export function indexOfByte(text: string, offset: number): number {
  let bytes = 0;
  let index = 0;
  for (const character of text) {
    bytes += new TextEncoder().encode(character).length;
    if (bytes > offset) {
      break;
    }
    index += character.length;
  }
  return index;
}

/** The line of a place in a text, and what goes before the place in it. */
export function lineAt(text: string, index: number): { number: number; line: string; column: number } {
  const begin = text.lastIndexOf('\n', index - 1) + 1;
  const end = text.indexOf('\n', index);
  return { number: text.slice(0, begin).split('\n').length, line: text.slice(begin, end < 0 ? undefined : end), column: index - begin };
}
