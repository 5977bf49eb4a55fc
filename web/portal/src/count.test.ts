import { beforeEach, describe, expect, it } from 'vitest'
import { counters } from './count'

function box(value: string, most: number): HTMLTextAreaElement {
  document.body.innerHTML = `<textarea data-max="${most}" data-written="已写 {n} 字" data-left="还可以写 {n} 字" data-over="多了 {n} 字"></textarea>`
  const it = document.querySelector('textarea') as HTMLTextAreaElement
  it.value = value
  counters(document)
  return it
}

const line = () => document.querySelector('.counter')

describe('the count below a text box', () => {
  beforeEach(() => document.body.replaceChildren())

  it.each([
    ['', 10, ''],
    ['路灯', 10, '已写 2 字'],
    ['路灯不亮已经三天了', 10, '还可以写 1 字'],
    ['路灯不亮已经三天了，还有两盏', 10, '多了 4 字'],
    ['𠮷'.repeat(3), 10, '已写 3 字'],
  ])('says of “%s” with room for %i: %s', (value, most, expected) => {
    box(value, most)
    expect(line()?.textContent).toBe(expected)
  })

  it('reads aloud only when it begins to matter', () => {
    const it = box('路灯', 10)
    expect(document.getElementById('say')?.textContent ?? '').toBe('')
    it.value = '路灯不亮已经三天了'
    it.dispatchEvent(new Event('input'))
    expect(document.getElementById('say')?.textContent).toBe('还可以写 1 字')
    expect(line()?.classList.contains('over')).toBe(false)
  })
})
