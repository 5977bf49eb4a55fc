// Conditions to CQL2 text and back. The text is the truth: it stands in the address bar and is what the server runs. Text that chips cannot
// show (OR, NOT, shapes) reads as null and stays with the expert's box.
import type { Condition, FilterField, Kind, Op } from './condition'
import { tokens, type Token } from './tokens'

const SIGNS = { eq: '=', ne: '<>', lt: '<', le: '<=', gt: '>', ge: '>=' } as const
const KEYWORDS = ['and', 'or', 'not', 'true', 'false', 'in', 'between', 'like', 'is', 'null', 's_intersects', 'timestamp', 'date', 'point', 'polygon', 'multipolygon', 'bbox']

/** The conditions joined by AND; empty text for none. */
export function writeCql(conditions: readonly Condition[], fields: readonly FilterField[]): string {
  return conditions.map((it) => one(it, fields.find((field) => field.name === it.field)?.kind ?? 'text')).join(' AND ')
}

function one({ field, op, values }: Condition, kind: Kind): string {
  const name = property(field)
  const [first = '', second = ''] = values
  switch (op) {
    case 'null': return `${name} IS NULL`
    case 'notnull': return `${name} IS NOT NULL`
    case 'in': return `${name} IN (${values.map((it) => literal(it, kind)).join(', ')})`
    case 'like': return `${name} LIKE ${quoted(`%${escaped(first)}%`)}`
    case 'between': return `${name} BETWEEN ${literal(first, kind)} AND ${literal(second, kind)}`
    default: return `${name} ${SIGNS[op]} ${literal(first, kind)}`
  }
}

/** A text literal: quotes inside are doubled. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** Words as they stand inside a LIKE pattern. */
function escaped(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&')
}

function property(name: string): string {
  return /^[\p{Alphabetic}_][\p{Alphabetic}\p{Number}_.]*$/u.test(name) && !KEYWORDS.includes(name.toLowerCase()) ? name : `"${name.replaceAll('"', '""')}"`
}

function literal(value: string, kind: Kind): string {
  switch (kind) {
    case 'number': return value.trim()
    case 'boolean': return value === 'true' ? 'TRUE' : 'FALSE'
    case 'date': return `DATE(${quoted(value)})`
    case 'datetime': return `TIMESTAMP(${quoted(value)})`
    default: return quoted(value)
  }
}

/** The conditions of a text that is nothing but conditions on known fields joined by AND; null for everything else. */
export function readCql(text: string, fields: readonly FilterField[]): Condition[] | null {
  if (text.trim() === '') return []
  const list = tokens(text)
  if (!list) return null
  const reader = new Reader(list)
  const found: Condition[] = []
  do {
    const it = reader.condition()
    const field = fields.find((one) => one.name === it?.field)
    if (!it || !field || !fits(it, field.kind)) return null
    found.push({ field: it.field, op: it.op, values: it.values.map((value) => value.text) })
  } while (reader.word('and'))
  return reader.done() ? found : null
}

type Literal = { text: string; form: 'text' | 'number' | 'boolean' | 'date' | 'datetime' }
type Found = { field: string; op: Op; values: Literal[] }

function fits({ values, op }: Found, kind: Kind): boolean {
  if (op === 'like') return kind === 'text'
  const form = kind === 'number' || kind === 'boolean' || kind === 'date' || kind === 'datetime' ? kind : 'text'
  return values.every((it) => it.form === form)
}

class Reader {
  private at = 0
  private readonly list: readonly Token[]
  constructor(list: readonly Token[]) {
    this.list = list
  }

  done(): boolean {
    return this.at === this.list.length
  }

  word(it: string): boolean {
    const token = this.list[this.at]
    const found = token?.kind === 'word' && token.text.toLowerCase() === it
    if (found) this.at += 1
    return found
  }

  condition(): Found | null {
    const field = this.property()
    if (field === null) return null
    const sign = Object.entries(SIGNS).find(([, it]) => this.symbol(it))?.[0] as Op | undefined
    if (sign) return this.with(field, sign, [this.literal()])
    if (this.word('is')) {
      const negated = this.word('not')
      return this.word('null') ? { field, op: negated ? 'notnull' : 'null', values: [] } : null
    }
    if (this.word('like')) return this.like(field)
    if (this.word('between')) {
      const low = this.literal()
      return this.word('and') ? this.with(field, 'between', [low, this.literal()]) : null
    }
    if (!this.word('in') || !this.symbol('(')) return null
    const values = [this.literal()]
    while (this.symbol(',')) values.push(this.literal())
    return this.symbol(')') ? this.with(field, 'in', values) : null
  }

  private with(field: string, op: Op, values: (Literal | null)[]): Found | null {
    const known = values.filter((it): it is Literal => it !== null)
    return known.length === values.length ? { field, op, values: known } : null
  }

  /** Only `%words%` is a chip. */
  private like(field: string): Found | null {
    const pattern = this.literal()
    const inner = pattern?.form === 'text' ? /^%((?:[^\\%_]|\\.)*)%$/su.exec(pattern.text)?.[1] : undefined
    return inner ? { field, op: 'like', values: [{ text: inner.replace(/\\(.)/gsu, '$1'), form: 'text' }] } : null
  }

  private property(): string | null {
    const token = this.list[this.at]
    const free = token?.kind === 'quoted' || (token?.kind === 'word' && !KEYWORDS.includes(token.text.toLowerCase()))
    if (!token || !free) return null
    this.at += 1
    return token.text
  }

  private symbol(it: string): boolean {
    const token = this.list[this.at]
    const found = token?.kind === 'symbol' && token.text === it
    if (found) this.at += 1
    return found
  }

  private literal(): Literal | null {
    if (this.word('true')) return { text: 'true', form: 'boolean' }
    if (this.word('false')) return { text: 'false', form: 'boolean' }
    if (this.word('timestamp')) return this.call('datetime')
    if (this.word('date')) return this.call('date')
    const minus = this.symbol('-') ? '-' : ''
    const token = this.list[this.at]
    if (token?.kind === 'number') {
      this.at += 1
      return { text: minus + token.text, form: 'number' }
    }
    if (token?.kind !== 'text' || minus) return null
    this.at += 1
    return { text: token.text, form: 'text' }
  }

  private call(form: 'date' | 'datetime'): Literal | null {
    const text = this.symbol('(') ? this.literal() : null
    return text?.form === 'text' && this.symbol(')') ? { text: text.text, form } : null
  }
}
