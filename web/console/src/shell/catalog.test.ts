import { describe, expect, it } from 'vitest'
import { shelve, type RegisterItem } from './catalog'
import { rank, type Hit } from './search'
import { afterwards } from '../router'

const register = (name: string, app: string): RegisterItem => ({ name, title: name, app, may: ['read'], reports: [] })

describe('shelves', () => {
  it('follow the apps, what belongs to none stands last, empty ones are left out', () => {
    const apps = [{ name: 'b', title: '乙' }, { name: 'a', title: '甲' }, { name: 'c', title: '丙' }]
    const found = shelve(apps, [register('one', 'a'), register('user', 'kernel'), register('two', 'b')])
    expect(found.map((it) => [it.title, it.registers.map((one) => one.name)])).toEqual([['乙', ['two']], ['甲', ['one']], ['系统', ['user']]])
  })
})

describe('search', () => {
  const hit = (id: string, exact: boolean, day: number): Hit => ({
    register: 'r', registerTitle: '', id, label: '', exact, line: '', status: '', updatedAt: `2026-10-${day}T08:00:00+08:00`,
  })
  it('puts exact numbers first, then what was touched last', () => {
    const found = [hit('1', false, 11), hit('2', true, 10), hit('3', false, 12), hit('4', true, 13)]
    expect(rank(found).map((it) => it.id)).toEqual(['4', '2', '3', '1'])
  })
})

describe('after signing in', () => {
  const cases: [unknown, string][] = [
    ['/r/thing/1?task=2', '/r/thing/1?task=2'],
    ['//evil.example', '/'],
    ['/\\evil.example', '/'],
    ['https://evil.example', '/'],
    [undefined, '/'],
    [['/a', '/b'], '/'],
  ]
  it.each(cases)('%s leads to %s', (then, wanted) => expect(afterwards(then)).toBe(wanted))
})
