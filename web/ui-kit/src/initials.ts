// First letters of Chinese words, by the pinyin order that every browser brings along; no table of characters is needed.
const collator = new Intl.Collator('zh-Hans-CN-u-co-pinyin')
/** The first character of each letter in pinyin order. */
const FIRST: readonly (readonly [letter: string, first: string])[] = [
  ['a', '阿'], ['b', '八'], ['c', '嚓'], ['d', '哒'], ['e', '妸'], ['f', '发'], ['g', '旮'], ['h', '哈'], ['j', '讥'], ['k', '咔'], ['l', '垃'], ['m', '妈'],
  ['n', '拏'], ['o', '噢'], ['p', '妑'], ['q', '七'], ['r', '呥'], ['s', '扨'], ['t', '它'], ['w', '穵'], ['x', '夕'], ['y', '丫'], ['z', '帀'],
]

/** `dlps` of 道路破损; letters and digits stay, everything else is left out. A character with several readings gives one of them. */
export function initials(text: string): string {
  return [...text].map(letter).join('')
}

function letter(it: string): string {
  if (/[a-z0-9]/i.test(it)) return it.toLowerCase()
  if (!/\p{Script=Han}/u.test(it)) return ''
  let found = ''
  for (const [name, first] of FIRST) {
    if (collator.compare(it, first) < 0) break
    found = name
  }
  return found
}

/** Whether what was typed begins a code, stands in a title or begins its initials. */
export function matches(typed: string, code: string, title: string): boolean {
  const q = typed.trim().toLowerCase()
  return q === '' || code.toLowerCase().startsWith(q) || title.toLowerCase().includes(q) || initials(title).includes(q)
}
