/** A piece of CQL2 text; quotes are already taken off. */
export type Token = { kind: 'word' | 'quoted' | 'text' | 'number' | 'symbol'; text: string }

const PIECE = /\s*(?:([\p{Alphabetic}_][\p{Alphabetic}\p{Number}_.]*)|"((?:[^"]|"")*)"|'((?:[^']|'')*)'|(\d+(?:\.\d+)?|\.\d+)|(<>|<=|>=|[<>=(),+-]))/uy

/** The pieces of a text; null when something in it is no CQL2. */
export function tokens(text: string): Token[] | null {
  const found: Token[] = []
  const end = text.trimEnd().length
  PIECE.lastIndex = 0
  while (PIECE.lastIndex < end) {
    const it = PIECE.exec(text)
    if (!it) return null
    const [, word, quoted, literal, number, symbol] = it
    if (word !== undefined) found.push({ kind: 'word', text: word })
    else if (quoted !== undefined) found.push({ kind: 'quoted', text: quoted.replaceAll('""', '"') })
    else if (literal !== undefined) found.push({ kind: 'text', text: literal.replaceAll("''", "'") })
    else if (number !== undefined) found.push({ kind: 'number', text: number })
    else found.push({ kind: 'symbol', text: symbol ?? '' })
  }
  return found
}
