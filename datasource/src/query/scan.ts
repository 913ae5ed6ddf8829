// Finds the parts of a query's text, without knowing what they mean.

/** A part of the conditions of a text. */
export type Part =
  /** A field with its sign and operand: `username!:~`, [`ana`, `ben`]. */
  | { kind: 'condition'; head: string; values: string[]; list: boolean; text: string }
  /** A word of free text. */
  | { kind: 'word'; text: string }
  /** Spaces, parentheses, and, or, not, disabled. */
  | { kind: 'other'; text: string };

const FIELD = /^[A-Za-z_]+!?:/;
const SIGN = /^\s*(?:~|>=|<=|>|<|=)?\s*/;
const NAMED = /^[a-z_]+(?=\()/i;
const KEYWORD = /^(and|or|not)$/i;

/** Splits a text into its conditions and its answer, which begins with a |. */
export function splitAnswer(text: string): { conditions: string; answer: string } {
  const scanner = new Scanner(text);
  while (scanner.at < text.length && text[scanner.at] !== '|') {
    scanner.step();
  }
  return { conditions: text.slice(0, scanner.at), answer: text.slice(scanner.at) };
}

/** Splits conditions into parts; put together again they are the text. */
export function parts(text: string): Part[] {
  const scanner = new Scanner(text);
  const list: Part[] = [];
  while (scanner.at < text.length) {
    list.push(scanner.part());
  }
  return list;
}

/** Tells whether conditions have an `or` that is outside of parentheses. */
export function hasOr(conditions: string): boolean {
  let depth = 0;
  return parts(conditions).some((part) => {
    if (part.kind === 'other') {
      depth += part.text === '(' ? 1 : part.text === ')' ? -1 : 0;
    }
    return depth === 0 && part.kind === 'other' && part.text.toLowerCase() === 'or';
  });
}

class Scanner {
  at = 0;

  constructor(private readonly text: string) {}

  part(): Part {
    const begin = this.at;
    if (FIELD.test(this.rest())) {
      return this.condition();
    }
    const word = this.word();
    if (word === '') {
      this.at += 1; // A space, parenthesis, comma or bar.
      return { kind: 'other', text: this.text.slice(begin, this.at) };
    }
    const keyword = KEYWORD.test(word) || (word.toLowerCase() === 'disabled' && this.text[this.at] === '(');
    return { kind: keyword ? 'other' : 'word', text: word };
  }

  /** Steps over a word, or one character between words. */
  step(): void {
    if (this.word() === '') {
      this.at += 1;
    }
  }

  private condition(): Part {
    const begin = this.at;
    this.take(FIELD);
    this.take(SIGN);
    this.take(NAMED);
    const head = this.text.slice(begin, this.at);
    const list = this.text[this.at] === '(';
    const values = list ? this.values() : [this.word()];
    return { kind: 'condition', head, values, list, text: this.text.slice(begin, this.at) };
  }

  /** Reads (a, "b c"). One that is never closed goes to the end. */
  private values(): string[] {
    const values: string[] = [];
    for (this.at += 1; this.at < this.text.length && this.text[this.at] !== ')'; ) {
      const word = this.word();
      if (word === '') {
        this.at += 1;
      } else {
        values.push(word);
      }
    }
    this.at += 1;
    return values;
  }

  /** Reads quoted and unquoted pieces up to the end of the word. */
  private word(): string {
    const begin = this.at;
    while (this.at < this.text.length && !/[\s()|,]/.test(this.text[this.at])) {
      const c = this.text[this.at];
      if (c === '"' || (c === "'" && this.at === begin)) {
        this.quoted(c);
      } else if (this.rest().startsWith('${')) {
        this.take(/^\$\{[^}]*\}?/);
      } else {
        this.at += c === '\\' ? 2 : 1;
      }
    }
    this.at = Math.min(this.at, this.text.length);
    return this.text.slice(begin, this.at);
  }

  private quoted(mark: string): void {
    for (this.at += 1; this.at < this.text.length && this.text[this.at] !== mark; ) {
      this.at += this.text[this.at] === '\\' ? 2 : 1;
    }
    this.at += 1;
  }

  private rest(): string {
    return this.text.slice(this.at);
  }

  private take(pattern: RegExp): void {
    this.at += pattern.exec(this.rest())?.[0].length ?? 0;
  }
}
