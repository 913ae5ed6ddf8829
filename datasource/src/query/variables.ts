import type { ScopedVars } from '@grafana/data';
import type { TemplateSrv } from '@grafana/runtime';

/** What a text with variables in it stands for: everything, or some values. */
export type Expansion = 'all' | string[];

/** $name, [[name]] or ${name}, the latter also with a property and a format. */
const REFERENCE = /\$(\w+)|\[\[(\w+?)(?::\w+)?\]\]|\$\{(\w+)(?:\.[^:^}]+)?(?::[^}]+)?\}/g;

const ALL = '$__all';

/** Reads the variables of a dashboard, as values and not as text. */
export class Variables {
  constructor(
    private readonly templates: Pick<TemplateSrv, 'replace' | 'getVariables'>,
    private readonly scoped: ScopedVars
  ) {}

  /**
   * Expands a value: a variable of several values becomes as many, and with it
   * what stands around it. What is empty was not chosen, and stands for all.
   */
  expand(text: string): Expansion {
    const list = this.alternatives(text);
    if (list === 'all' || (text !== '' && list.every((value) => value === ''))) {
      return 'all';
    }
    return list;
  }

  /** Expands values together; where one stands for all, they all do. */
  expandAll(texts: string[]): Expansion {
    const lists = texts.map((text) => this.expand(text));
    if (lists.includes('all')) {
      return 'all';
    }
    return lists.flat().filter((value) => value !== '');
  }

  /** Expands names, such as those of fields and columns: all is none of them. */
  names(texts: string[] | undefined): string[] | undefined {
    return texts?.flatMap((text) => this.list(text)).filter((value) => value !== '');
  }

  /** Puts one text together, with commas where a variable has several values. */
  text(text: string, separator = ','): string {
    return replaceReferences(text, (reference, name) => {
      const values = this.values(reference, name);
      return values === 'all' ? '' : values.join(separator);
    });
  }

  /**
   * Expands a text whose variables are put in by `put`, such as with quotes.
   * Several values make several texts.
   */
  alternatives(text: string, put: (value: string) => string = (value) => value): Expansion {
    let results = [''];
    let rest = 0;
    for (const match of text.matchAll(REFERENCE)) {
      const values = this.values(match[0], nameOf(match));
      if (values === 'all') {
        return 'all';
      }
      const before = text.slice(rest, match.index);
      results = results.flatMap((result) => values.map((value) => result + before + put(value)));
      rest = match.index + match[0].length;
    }
    return results.map((result) => result + text.slice(rest));
  }

  private list(text: string): string[] {
    const expansion = this.expand(text);
    return expansion === 'all' ? [] : expansion;
  }

  /** The values of a variable; what is no variable stands for itself. */
  private values(reference: string, name: string): Expansion {
    if (this.isAll(name)) {
      return 'all';
    }
    let values: string[] | undefined;
    const replaced = this.templates.replace(reference, this.scoped, (value: unknown) => {
      values = (Array.isArray(value) ? value : [value]).map((v) => String(v ?? ''));
      return '';
    });
    return values ?? [replaced];
  }

  /**
   * Tells whether All was chosen. The value doesn't say so, but the parameter of
   * the dashboard's address does.
   */
  private isAll(name: string): boolean {
    const scoped = this.scoped[name];
    if (scoped !== undefined) {
      return isAllValue(scoped.value);
    }
    const parameters = this.templates.replace(`\${${name}:queryparam}`, this.scoped);
    if (new URLSearchParams(parameters).getAll(`var-${name}`).includes(ALL)) {
      return true;
    }
    const variable = this.templates.getVariables().find((v) => v.name === name);
    return variable !== undefined && 'current' in variable && isAllValue(Object(variable.current).value);
  }
}

function isAllValue(value: unknown): boolean {
  return Array.isArray(value) ? value.includes(ALL) : value === ALL;
}

function nameOf(match: RegExpMatchArray): string {
  return match[1] ?? match[2] ?? match[3] ?? '';
}

function replaceReferences(text: string, put: (reference: string, name: string) => string): string {
  return text.replace(REFERENCE, (reference, a?: string, b?: string, c?: string) => put(reference, a ?? b ?? c ?? ''));
}

/** Tells whether a text has something in it that looks like a variable. */
export function hasVariables(text: string): boolean {
  return text.search(REFERENCE) >= 0;
}
