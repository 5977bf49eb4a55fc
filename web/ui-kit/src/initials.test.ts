import { describe, expect, it } from 'vitest'
import { initials, matches } from './initials'

describe('initials', () => {
  it.each([
    ['道路破损', 'dlps'], ['乱倒渣土', 'ldzt'], ['盲道', 'md'], ['无主(不明)井盖', 'wzbmjg'], ['阿', 'a'], ['12345热线', '12345rx'], ['', ''],
  ])('of %s', (text, expected) => expect(initials(text)).toBe(expected))

  it.each([
    ['e0110', true], ['路破', true], ['DLPS', true], ['lps', true], ['', true], ['0110', false], ['井盖', false],
  ])('%s finds 道路破损: %s', (typed, expected) => expect(matches(typed, 'E0110', '道路破损')).toBe(expected))
})
