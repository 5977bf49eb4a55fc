// Every text a person sees, by key; a second language is a second catalogue. Widgets and pages add theirs with `addWords`.
const catalogue: Record<string, string> = {}

/** Adds texts; a key said twice with two texts is a mistake of ours. */
export function addWords(words: Record<string, string>): void {
  for (const [key, text] of Object.entries(words)) {
    if (key in catalogue && catalogue[key] !== text) throw new Error(`two texts for ${key}`)
    catalogue[key] = text
  }
}

/** The text of a key with `{name}` filled in; an unknown key shows itself, so that it is seen. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  const text = catalogue[key] ?? key
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole))
}
