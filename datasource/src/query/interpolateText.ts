import { escaped, quoted, safe } from './quote';
import { type Part, parts, splitAnswer } from './scan';
import { hasVariables, type Variables } from './variables';

/**
 * Puts the values of variables into the text of a query. A value is a value
 * whatever is in it: it is quoted where it has to be, several become a list, and
 * a condition on All is kept as disabled(…), which leaves it out.
 */
export function interpolateText(text: string, variables: Variables): string {
  if (!hasVariables(text)) {
    return text;
  }
  const { conditions, answer } = splitAnswer(text);
  return parts(conditions).map((part) => partText(part, variables)).join('') + answerText(answer, variables);
}

function partText(part: Part, variables: Variables): string {
  if (part.kind === 'other' || !hasVariables(part.text)) {
    return part.text;
  }
  const written = part.kind === 'condition' ? part.values : [part.text];
  const lists = written.map((word) => wordTexts(word, variables));
  if (lists.includes('all')) {
    return `disabled(${part.text})`;
  }
  const values = lists.flat();
  if (part.kind === 'word') {
    return values.length === 1 ? values[0] : `(${values.join(' or ')})`;
  }
  return part.head + (part.list || values.length !== 1 ? `(${values.join(', ')})` : values[0]);
}

/** The words that a word with variables in it stands for. */
function wordTexts(word: string, variables: Variables): string[] | 'all' {
  if (!hasVariables(word)) {
    return [word];
  }
  const whole = /^["']?(\$\w+|\[\[\w+(?::\w+)?\]\]|\$\{[^}]*\})["']?$/.exec(word);
  if (whole) {
    const values = variables.expand(whole[1]);
    return values === 'all' ? 'all' : values.filter((v) => v !== '').map(safe);
  }
  let results: string[] = [''];
  for (const piece of word.match(/"(?:\\.|[^"\\])*"?|'(?:\\.|[^'\\])*'?|[^"']+/gs) ?? []) {
    const inQuotes = piece.startsWith('"') || piece.startsWith("'");
    const texts = variables.alternatives(piece, inQuotes ? escaped : quoted);
    if (texts === 'all') {
      return 'all';
    }
    results = results.flatMap((result) => texts.map((text) => result + text));
  }
  return results;
}

/** In an answer variables are names and numbers: `count by $field`. */
function answerText(answer: string, variables: Variables): string {
  return answer.replace(/\$\w+|\[\[\w+(?::\w+)?\]\]|\$\{[^}]*\}/g, (reference) => {
    const values = variables.expand(reference);
    return values === 'all' ? '' : values.map((v) => (/^-?[\w.]+(\([\w.]*\))?$/.test(v) ? v : quoted(v))).join(', ');
  });
}
