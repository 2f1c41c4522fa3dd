// The part of ICU MessageFormat that the catalogues use, as ui/strings/compile.py allows it: {name}, {n, number},
// plural, selectordinal, select, # and quoting by apostrophes. compile.py has refused every other pattern.

export type Args = Record<string, string | number>;

interface Argument {
  name: string;
  kind: 'text' | 'number' | 'plural' | 'selectordinal' | 'select';
  cases: Map<string, Part[]>;
}
/** Words, an argument, or the number of the plural that it stands in. */
type Part = string | Argument | typeof theNumber;
const theNumber = Symbol('#');

class Reader {
  private at = 0;
  constructor(private readonly text: string) {}

  message(inPlural: boolean): Part[] {
    const parts: Part[] = [];
    let words = '';
    const flush = () => {
      if (words !== '') parts.push(words);
      words = '';
    };
    while (this.at < this.text.length && this.text[this.at] !== '}') {
      const char = this.text[this.at]!;
      if (char === "'") {
        words += this.quoted(inPlural);
      } else if (char === '{') {
        flush();
        this.at += 1;
        parts.push(this.argument(inPlural));
      } else if (char === '#' && inPlural) {
        flush();
        parts.push(theNumber);
        this.at += 1;
      } else {
        words += char;
        this.at += 1;
      }
    }
    flush();
    return parts;
  }

  /** At an apostrophe: two are one, before a brace it opens a quotation, else it is itself. */
  private quoted(inPlural: boolean): string {
    const next = this.text[this.at + 1];
    if (next === "'") {
      this.at += 2;
      return "'";
    }
    if (next !== '{' && next !== '}' && !(inPlural && next === '#')) {
      this.at += 1;
      return "'";
    }
    let words = '';
    for (this.at += 1; this.at < this.text.length; this.at += 1) {
      if (this.text[this.at] !== "'") {
        words += this.text[this.at];
      } else if (this.text[this.at + 1] === "'") {
        words += "'";
        this.at += 1;
      } else {
        break;
      }
    }
    this.at += 1;
    return words;
  }

  private until(stops: string): string {
    const start = this.at;
    while (this.at < this.text.length && !stops.includes(this.text[this.at]!)) this.at += 1;
    if (this.at === this.text.length) throw new Error(`a } is missing in ${this.text}`);
    return this.text.slice(start, this.at).trim();
  }

  private argument(inPlural: boolean): Argument {
    const name = this.until(',}');
    let kind: Argument['kind'] = 'text';
    const cases = new Map<string, Part[]>();
    if (this.text[this.at] === ',') {
      this.at += 1;
      const word = this.until(',}');
      if (word !== 'number' && word !== 'plural' && word !== 'selectordinal' && word !== 'select') {
        throw new Error(`{${name}, ${word}} is not supported`);
      }
      kind = word;
    }
    if (this.text[this.at] === ',') {
      this.at += 1;
      for (let selector = this.until('{}'); selector !== ''; selector = this.until('{}')) {
        this.at += 1;
        cases.set(selector, this.message(kind === 'select' ? inPlural : true));
        this.at += 1;
      }
    }
    this.at += 1;
    return { name, kind, cases };
  }
}

const parsed = new Map<string, Part[]>();

/** The pattern with its arguments. Throws when an argument is missing, or is no number where one is wanted. */
export function format(pattern: string, args: Args, language: string): string {
  let parts = parsed.get(pattern);
  if (!parts) {
    parts = new Reader(pattern).message(false);
    parsed.set(pattern, parts);
  }
  return write(parts, args, language, null);
}

function write(parts: Part[], args: Args, language: string, plural: number | null): string {
  return parts.map((part) => writePart(part, args, language, plural)).join('');
}

function writePart(part: Part, args: Args, language: string, plural: number | null): string {
  if (typeof part === 'string') return part;
  if (part === theNumber) return digits(plural ?? 0, language);
  const value = args[part.name];
  if (value === undefined) throw new Error(`the argument ${part.name} is missing`);
  if (part.kind === 'text') return String(value);
  if (part.kind === 'select') {
    return write(part.cases.get(String(value)) ?? part.cases.get('other') ?? [], args, language, plural);
  }
  const number = whole(value);
  if (part.kind === 'number') return digits(number, language);
  const rules = new Intl.PluralRules(language, { type: part.kind === 'plural' ? 'cardinal' : 'ordinal' });
  const chosen =
    part.cases.get(`=${number}`) ?? part.cases.get(rules.select(number)) ?? part.cases.get('other') ?? [];
  return write(chosen, args, language, number);
}

function whole(value: string | number): number {
  const number = typeof value === 'number' ? value : /^-?\d+$/.test(value) ? Number(value) : NaN;
  if (!Number.isSafeInteger(number)) throw new Error(`${value} is not a whole number`);
  return number;
}

function digits(number: number, language: string): string {
  return new Intl.NumberFormat(language).format(number);
}
